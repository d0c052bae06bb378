package io.cryptobot.exporter;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cryptobot.telemetry.RunDirectory;
import io.dropwizard.core.Configuration;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The exporter's own keys of {@code exporter.yml}, where each is explained. Not thread-safe; read once at start. */
public final class ExporterConfiguration extends Configuration {
    @NotNull
    @JsonProperty
    private String runDirectory = "";

    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    @JsonProperty
    private Duration heartbeatTimeout = Duration.seconds(3);

    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MINUTES)
    @JsonProperty
    private Duration forgetAfter = Duration.days(30);

    @JsonProperty
    private boolean createdTimestamps = false;

    /** {@return the configured run directory; when that is blank, the one that {@link RunDirectory#from} finds} */
    RunDirectory runDirectory(Map<String, String> environment) {
        return runDirectory.isBlank()
                ? RunDirectory.from(environment)
                : new RunDirectory(
                        Path.of(runDirectory.strip()).toAbsolutePath().normalize());
    }

    /** {@return how long a heartbeat may stand still before its bot counts as dead} */
    java.time.Duration heartbeatTimeout() {
        return heartbeatTimeout.toJavaDuration();
    }

    /** {@return how long a bot may be gone before it leaves the page} */
    java.time.Duration forgetAfter() {
        return forgetAfter.toJavaDuration();
    }

    /** {@return whether the page tells when each count began} */
    boolean createdTimestamps() {
        return createdTimestamps;
    }
}
