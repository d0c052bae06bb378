package io.cryptobot.telemetry.files;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;

/**
 * The paths of one installation of the bot. The directory is {@code CRYPTOBOT_HOME}, by default the working directory.
 * State that must survive a reboot is in {@code CRYPTOBOT_STATE_DIR}, by default its subdirectory {@code state}. This
 * class only returns paths and does not create or read files. Immutable.
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

    /** {@return the home from the environment variables} A blank variable counts as missing. */
    public static CryptobotHome from(Map<String, String> environment) {
        Path directory = Path.of(environment.getOrDefault(HOME, "").strip());
        String state = environment.getOrDefault(STATE_DIRECTORY, "").strip();
        return new CryptobotHome(directory, Path.of(state.isEmpty() ? "state" : state));
    }

    /** {@return the file with the operator's settings, such as {@code SENTRY_DSN}} */
    public Path productionEnv() {
        return directory.resolve("config").resolve("production.env");
    }

    /** {@return the file with settings that override the bot's defaults at start} */
    public Path runtimeOverrides() {
        return directory.resolve("config").resolve("runtime_overrides.json");
    }

    /** {@return the directory of error reports that wait for Sentry, one for each bot; only its owner can read it} */
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
