package io.cryptobot.smoke.oncall;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.files.CryptobotHome;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The rotation that a command reads: the file of option {@code --file}, else the one of the home. Not thread-safe. */
public final class RotationOption {
    @Option(
            names = "--file",
            paramLabel = "<path>",
            scope = ScopeType.INHERIT,
            description = "The rotation (default: ops/oncall/rotation.yaml in CRYPTOBOT_HOME).")
    private @Nullable Path file;

    Path path(CryptobotHome home) {
        return file != null ? file : home.directory().resolve("ops/oncall/rotation.yaml");
    }

    /**
     * {@return the rotation}
     *
     * @param from the beginning of the weeks that it must cover
     * @throws CommandFailure when it cannot be read or is wrong
     */
    public Rotation read(CryptobotHome home, Instant from) {
        try {
            return RotationFile.read(path(home), from);
        } catch (InvalidRotationException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }
}
