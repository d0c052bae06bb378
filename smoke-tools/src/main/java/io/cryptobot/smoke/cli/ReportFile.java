package io.cryptobot.smoke.cli;

import io.cryptobot.telemetry.files.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a report that only its owner can read; after a failure the file is as it was. A special file such as {@code
 * /dev/stdout} is written to and never replaced. Stateless; thread-safe.
 */
public final class ReportFile {
    private ReportFile() {}

    /**
     * Writes it.
     *
     * @param option the option as it was given, for the message
     * @throws CommandFailure when it cannot be written
     */
    public static void write(String option, Path file, String text) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.writeString(file, text);
            } else {
                DurableFile.replace(
                        Files.exists(file) ? file.toRealPath() : file.toAbsolutePath(), DurableFile.Access.OWNER, text);
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, option + ": " + file + " cannot be written: " + e, e);
        }
    }
}
