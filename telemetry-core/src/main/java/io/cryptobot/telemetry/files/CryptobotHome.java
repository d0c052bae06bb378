package io.cryptobot.telemetry.files;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where one installation of the bot keeps its files. The directory is {@code CRYPTOBOT_HOME}, by default the working
 * directory; state that must survive a reboot is below {@code CRYPTOBOT_STATE_DIR}, by default {@code state} in it.
 * Names files only; nothing is created or read. Immutable.
 */
public record CryptobotHome(Path directory, Path stateDirectory) {
    private static final String HOME = "CRYPTOBOT_HOME";
    private static final String STATE_DIRECTORY = "CRYPTOBOT_STATE_DIR";

    public CryptobotHome {
        directory =
                requireNonNull(directory, "directory is null").toAbsolutePath().normalize();
        stateDirectory = directory
                .resolve(requireNonNull(stateDirectory, "stateDirectory is null"))
                .normalize();
    }

    /** {@return the home that the environment names; blank variables count as absent} */
    public static CryptobotHome from(Map<String, String> environment) {
        Path directory = Path.of(environment.getOrDefault(HOME, "").strip());
        String state = environment.getOrDefault(STATE_DIRECTORY, "").strip();
        return new CryptobotHome(directory, Path.of(state.isEmpty() ? "state" : state));
    }

    /** {@return the file with the operator's settings, such as {@code SENTRY_DSN}} */
    public Path productionEnv() {
        return directory.resolve("config").resolve("production.env");
    }

    /** {@return the settings file that the bot reads at start} */
    public Path runtimeOverrides() {
        return directory.resolve("config").resolve("runtime_overrides.json");
    }

    /** {@return where error reports wait for Sentry; one directory for each bot, readable by its owner only} */
    public Path sentrySpool(InstanceName instance) {
        return stateDirectory.resolve("sentry").resolve(instance.toString());
    }

    public Path orderLog() {
        return directory.resolve("ops").resolve("logs").resolve("order_processor.log");
    }

    public Path postmortems() {
        return directory.resolve("ops").resolve("postmortems");
    }
}
