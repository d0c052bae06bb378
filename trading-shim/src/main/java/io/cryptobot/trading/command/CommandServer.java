package io.cryptobot.trading.command;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.trading.mode.ControlFile;
import io.cryptobot.trading.mode.ModeGate;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bot's side of commands: a thread polls the control file fifty times a second, runs one new command at a time, and
 * writes the result into the file. Commands that were sent before the bot started are never run. Thread-safe.
 */
@ToolApi
public final class CommandServer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CommandServer.class);
    private static final long POLL_INTERVAL_MS = 20;

    private final ModeGate gate;
    private final Action action;
    private final Thread thread = new Thread(this::run, "cryptobot-commands");
    private volatile boolean closed;

    /** Runs a command. It may block for some time and may throw. */
    @FunctionalInterface
    public interface Action {
        /** {@return the result} Runs the command; {@code argument} has no fields if the command has no argument. */
        CommandResult run(Command command, CommandResult argument) throws Exception;
    }

    private CommandServer(ModeGate gate, Action action) {
        this.gate = gate;
        this.action = action;
        thread.setDaemon(true);
    }

    /** {@return a running server for the bot of this gate} */
    public static CommandServer serve(ModeGate gate, Action action) {
        CommandServer server = new CommandServer(gate, action);
        server.thread.start();
        return server;
    }

    private void run() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
                gate.controlFile().ifPresent(this::poll);
            } catch (InterruptedException e) {
                return; // closed
            } catch (Throwable e) {
                LOGGER.warn("A command could not be answered", e);
            }
        }
    }

    private void poll(ControlFile file) {
        long word = file.commandWord();
        if (word != file.answeredWord()) {
            file.answer(word, answer(file, Command.ofWord(word)).text());
        }
    }

    private CommandResult answer(ControlFile file, Optional<Command> command) {
        if (command.isEmpty()) {
            return CommandResult.problem("refused", "this bot does not know the command");
        }
        try {
            return action.run(command.get(), argument(file, command.get()));
        } catch (Exception | LinkageError | AssertionError e) {
            LOGGER.error("Command {} failed", command.get(), e);
            return CommandResult.problem("failed", e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private static CommandResult argument(ControlFile file, Command command) throws IOException {
        boolean hasArgument = command == Command.RESOLVE_UNKNOWN;
        return CommandResult.parse(hasArgument ? Files.readString(CommandClient.argumentFile(file.path())) : "");
    }

    /** Stops the thread and interrupts a running command. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
