package io.cryptobot.trading.command;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.trading.mode.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The tool's side of commands: sends a {@link Command} to a running bot and waits for the result. Thread-safe. */
@ToolApi
public final class CommandClient {
    private static final long POLL_INTERVAL_MS = 5;

    private final Path path;
    private final InstanceName instance;

    public CommandClient(Path controlFile, InstanceName instance) {
        this.path = controlFile;
        this.instance = instance;
    }

    /** {@return the file that holds a command's argument while the client waits for the result} */
    static Path argumentFile(Path controlFile) {
        return controlFile.resolveSibling(controlFile.getFileName() + ".argument");
    }

    /**
     * Like {@link #ask(Command, Duration)}, with an argument. The argument is passed in a file that only the bot's user
     * can read.
     *
     * @throws IOException if the files cannot be used, or if another tool is sending an argument
     */
    public Optional<CommandResult> ask(Command command, CommandResult argument, Duration timeout)
            throws IOException, InterruptedException {
        Path file = argumentFile(path);
        try (OwnerLock unused = OwnerLock.acquire(file)) {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, argument.text());
            try {
                return ask(command, timeout);
            } finally {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * {@return the bot's result; empty after the timeout} At the timeout a command that the bot has not started is
     * withdrawn; a command that it has started continues.
     *
     * @throws IOException if the control file cannot be read
     */
    public Optional<CommandResult> ask(Command command, Duration timeout) throws IOException, InterruptedException {
        Optional<ControlFile> found = ControlFile.find(path, instance);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ControlFile file = found.get();
        long deadline = System.nanoTime() + timeout.toNanos();
        long word = 0;
        while (true) {
            long current = file.commandWord();
            if (word == 0 && current == file.answeredWord()) { // otherwise another command is running
                long mine = command.word((int) current + 1);
                word = file.compareAndSetCommandWord(current, mine) ? mine : 0;
            } else if (word != 0 && file.answeredWord() == word) {
                String result = file.report();
                if (file.answeredWord() == word) { // still the result of this command
                    return Optional.of(CommandResult.parse(result));
                }
            } else if (word != 0 && current != word) {
                return Optional.empty();
            }
            if (System.nanoTime() > deadline) {
                if (word != 0) {
                    // withdraw the command: replace it by a word without a command
                    var unused = file.compareAndSetCommandWord(word, Integer.toUnsignedLong((int) word + 1));
                }
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
        }
    }
}
