package io.cryptobot.exporter;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cryptobot.telemetry.RunDirectory;
import io.dropwizard.core.Configuration;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
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
    @Pattern(regexp = "(https?://\\S+)?", message = "must be an http or https address, or blank")
    @JsonProperty
    private String runbookUrl = "";

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

    /** {@return where people read the runbooks; empty when the status page shall name their files only} */
    String runbookUrl() {
        return runbookUrl;
    }
}
