package io.cryptobot.trading.command;

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

/** A tool's line to a running bot: asks for a {@link BotCommand} and waits for the report. Thread-safe. */
public final class BotLine {
    private static final long POLL_INTERVAL_MS = 5;

    private final Path path;
    private final InstanceName instance;

    public BotLine(Path controlFile, InstanceName instance) {
        this.path = controlFile;
        this.instance = instance;
    }

    /**
     * As {@link #ask(BotCommand, Duration)} with an argument, which lies in a file of the bot's user meanwhile.
     *
     * @throws IOException also while another tool hands over an argument
     */
    public Optional<BotReport> ask(BotCommand command, BotReport argument, Duration timeout)
            throws IOException, InterruptedException {
        Path file = ControlFile.argumentFile(path);
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
     * {@return the bot's report; empty where none came in time. A command that the bot had not begun by then is withdrawn,
     * one that it had begun goes on}
     *
     * @throws IOException when the control file cannot be read
     */
    public Optional<BotReport> ask(BotCommand command, Duration timeout) throws IOException, InterruptedException {
        Optional<ControlFile> found = ControlFile.find(path, instance);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ControlFile file = found.get();
        long deadline = System.nanoTime() + timeout.toNanos();
        long word = 0;
        while (true) {
            long current = file.commandWord();
            if (word == 0 && current == file.answeredWord()) { // else somebody else's is being carried out
                long mine = command.word((int) current + 1);
                word = file.compareAndSetCommandWord(current, mine) ? mine : 0;
            } else if (word != 0 && file.answeredWord() == word) {
                String report = file.report();
                if (file.answeredWord() == word) { // nobody has written over it meanwhile
                    return Optional.of(BotReport.parse(report));
                }
            } else if (word != 0 && current != word) {
                return Optional.empty();
            }
            if (System.nanoTime() > deadline) {
                if (word != 0) {
                    // a word without a command: a bot that has not seen the other one yet never will
                    var unused = file.compareAndSetCommandWord(word, Integer.toUnsignedLong((int) word + 1));
                }
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
        }
    }
}
