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

    /** {@return the configured run directory; when that is blank, the one that {@link RunDirectory#from} finds} */
    RunDirectory runDirectory(Map<String, String> environment) {
        return runDirectory.isBlank()
                ? RunDirectory.from(environment)
                : new RunDirectory(
                        Path.of(runDirectory.strip()).toAbsolutePath().normalize());
    }

    /** Reads another run directory than the configured one. */
    void stage(RunDirectory other) {
        runDirectory = other.path().toString();
    }

    /** {@return how long a heartbeat may stand still before its bot counts as dead} */
    java.time.Duration heartbeatTimeout() {
        return heartbeatTimeout.toJavaDuration();
    }
}
