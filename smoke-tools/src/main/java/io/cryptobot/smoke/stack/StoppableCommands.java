package io.cryptobot.smoke.stack;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands that write into a stack's directories, until these are removed: a running command would create files again, or miss
 * the bot's answer and report a false failure. Thread-safe.
 */
public final class StoppableCommands implements Demo.Commands {
    private final Demo.Commands commands;
    private final Semaphore turn = new Semaphore(1);
    private volatile boolean stopped;
    private volatile @Nullable Thread runner;

    /** @param commands what runs them */
    public StoppableCommands(Demo.Commands commands) {
        this.commands = commands;
    }

    /** {@inheritDoc} After {@link #stop} it never returns, because this process ends. */
    @Override
    public int run(String... arguments) {
        int exitCode = 0;
        turn.acquireUninterruptibly();
        try {
            if (!stopped) {
                runner = Thread.currentThread();
                exitCode = commands.run(arguments);
            }
        } finally {
            runner = null;
            turn.release();
        }
        if (stopped) {
            new Semaphore(0).acquireUninterruptibly();
        }
        return exitCode;
    }

    /**
     * Refuses new commands and waits for the running one. It is interrupted after this time, because Ctrl-C may have ended the
     * bot that it waits for.
     *
     * @return false if a command still runs after twice this time
     */
    public boolean stop(Duration patience) throws InterruptedException {
        stopped = true;
        if (turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return true;
        }
        Thread running = runner;
        if (running != null) {
            running.interrupt();
        }
        return turn.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
