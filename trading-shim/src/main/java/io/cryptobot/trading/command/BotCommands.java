package io.cryptobot.trading.command;

import io.cryptobot.trading.mode.ControlFile;
import io.cryptobot.trading.mode.ModeGate;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bot's side of commands: a thread looks into the gate's control file fifty times a second, carries out what it finds
 * there, one command at a time, and writes the report beside it. What was asked for before the bot was there is never
 * carried out. Thread-safe.
 */
public final class BotCommands implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(BotCommands.class);
    private static final long POLL_INTERVAL_MS = 20;

    private final ModeGate gate;
    private final Handler handler;
    private final Thread thread = new Thread(this::run, "cryptobot-commands");
    private volatile boolean closed;

    /** Carries out a command; may take long and may throw. */
    @FunctionalInterface
    public interface Handler {
        /**
         * {@return what has become of the command}
         *
         * @param argument empty for a command without one
         */
        BotReport handle(BotCommand command, BotReport argument) throws Exception;
    }

    private BotCommands(ModeGate gate, Handler handler) {
        this.gate = gate;
        this.handler = handler;
        thread.setDaemon(true);
    }

    /** {@return a started thread that serves the gate's bot} */
    public static BotCommands serve(ModeGate gate, Handler handler) {
        BotCommands commands = new BotCommands(gate, handler);
        commands.thread.start();
        return commands;
    }

    private void run() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
                gate.controlFile().ifPresent(this::look);
            } catch (InterruptedException e) {
                return; // closed
            } catch (Throwable e) {
                LOGGER.warn("A command could not be answered", e);
            }
        }
    }

    private void look(ControlFile file) {
        long word = file.commandWord();
        if (word == file.answeredWord()) {
            return;
        }
        BotReport report =
                BotCommand.ofWord(word).map(command -> carryOut(command, file)).orElseGet(BotCommands::unknownCommand);
        file.answer(word, report.text());
    }

    private static BotReport unknownCommand() {
        return new BotReport.Builder()
                .add("result", "refused")
                .add("problem", "this bot does not know the command")
                .build();
    }

    private BotReport carryOut(BotCommand command, ControlFile file) {
        try {
            BotReport none = new BotReport.Builder().build();
            return handler.handle(command, command == BotCommand.RESOLVE_UNKNOWN ? file.argument() : none);
        } catch (Exception | LinkageError | AssertionError e) {
            LOGGER.error("Command {} failed", command, e);
            return new BotReport.Builder()
                    .add("result", "failed")
                    .add("problem", e.getMessage() == null ? e.toString() : e.getMessage())
                    .build();
        }
    }

    /** Ends the thread; a command that is being carried out is interrupted. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
