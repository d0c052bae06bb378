package io.cryptobot.smoke.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A report in a file that only its owner can read: all of it, or what was there before. What is no file of its own, such as
 * {@code /dev/stdout}, is written to, never replaced. Stateless; thread-safe.
 */
public final class ReportFile {
    private ReportFile() {}

    /**
     * Writes it.
     *
     * @param option what the person has given, for the message
     * @throws CommandFailure when it cannot be written
     */
    public static void write(String option, Path file, String text) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.writeString(file, text);
            } else {
                replace(Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(), text);
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, option + ": " + file + " cannot be written: " + e, e);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = Files.createTempFile(
                requireNonNull(file.getParent(), "a file has a directory"),
                ".report",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        next.toFile().deleteOnExit(); // a signal runs no finally
        try {
            Files.writeString(next, text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
