package io.cryptobot.smoke.stack;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Commands that write into a stack's directories, until these are removed: a command in the middle of its work would put
 * files back, or take away the bot's answer from it and report a failure that is none. Thread-safe.
 */
public final class StoppableCommands implements Demo.Commands {
    private final Demo.Commands commands;
    /** Fair: who stops must not lose a race against the next command. */
    private final Semaphore turn = new Semaphore(1, true);

    /** @param commands what runs them */
    public StoppableCommands(Demo.Commands commands) {
        this.commands = commands;
    }

    /** {@inheritDoc} After {@link #stop} it never returns: the process is about to end. */
    @Override
    public int run(String... arguments) {
        turn.acquireUninterruptibly();
        try {
            return commands.run(arguments);
        } finally {
            turn.release();
        }
    }

    /**
     * Lets no further command begin, and waits for the one that is under way.
     *
     * @return whether none is under way any more
     */
    public boolean stop(Duration patience) throws InterruptedException {
        return turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
