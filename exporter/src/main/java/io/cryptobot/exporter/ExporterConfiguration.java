package io.cryptobot.exporter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.cryptobot.exporter.exposition.CreatedTimestamps;
import io.cryptobot.exporter.security.WebSecurity;
import io.cryptobot.telemetry.files.RunDirectory;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.jetty.HttpsConnectorFactory;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The exporter's own keys of {@code exporter.yml}; comments in this file explain each key. Not thread-safe; read once
 * at start.
 */
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

    @NotNull
    @JsonProperty
    private String webConfigFile = "";

    @NotNull
    @Pattern(regexp = "(https?://\\S+)?", message = "must be an http or https address, or blank")
    @JsonProperty
    private String runbookUrl = "";

    /** Uses the server settings of the packed file if a configuration file has none. */
    public ExporterConfiguration() {
        DefaultServerFactory server = new DefaultServerFactory();
        server.setApplicationConnectors(List.of(connector("0.0.0.0", 9100)));
        server.setAdminConnectors(List.of(connector("127.0.0.1", 9101)));
        setServerFactory(server);
    }

    private static HttpConnectorFactory connector(String host, int port) {
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost(host);
        connector.setPort(port);
        return connector;
    }

    /** Requires a bindHost for the admin connector, because a connector without bindHost is open to every host. */
    @JsonIgnore
    @ValidationMethod(
            message = "server.adminConnectors: every one needs a bindHost. 127.0.0.1 keeps thread dumps and log levels"
                    + " on this host; 0.0.0.0, if that is meant, gives them to everybody")
    public boolean isAdminBindHostSet() {
        return !(getServerFactory() instanceof DefaultServerFactory server)
                || server.getAdminConnectors().stream()
                        .allMatch(connector -> connector instanceof HttpConnectorFactory http
                                && http.getBindHost() != null
                                && !http.getBindHost().isBlank());
    }

    @JsonIgnore
    @ValidationMethod(
            message = "webConfigFile and an application connector of type https exclude each other: keep the web"
                    + " configuration, with type http")
    public boolean isTlsConfiguredOnce() {
        return webConfigFile.isBlank()
                || !(getServerFactory() instanceof DefaultServerFactory server)
                || server.getApplicationConnectors().stream().noneMatch(HttpsConnectorFactory.class::isInstance);
    }

    /**
     * {@return the web configuration; plain HTTP without passwords if no file is configured}
     *
     * @throws IOException if the file cannot be used
     */
    WebSecurity webSecurity() throws IOException {
        return webConfigFile.isBlank()
                ? WebSecurity.none()
                : WebSecurity.load(
                        Path.of(webConfigFile.strip()).toAbsolutePath().normalize(), Clock.systemUTC());
    }

    /** {@return the configured run directory; if it is blank, the result of {@link RunDirectory#from}} */
    RunDirectory runDirectory(Map<String, String> environment) {
        return runDirectory.isBlank()
                ? RunDirectory.from(environment)
                : new RunDirectory(
                        Path.of(runDirectory.strip()).toAbsolutePath().normalize());
    }

    /** Prepares a training run: sets another run directory, and switches TLS and passwords off. */
    void prepareRehearsal(RunDirectory other) {
        runDirectory = other.path().toString();
        webConfigFile = "";
    }

    /** {@return the time without a new heartbeat after which a bot counts as dead} */
    java.time.Duration heartbeatTimeout() {
        return heartbeatTimeout.toJavaDuration();
    }

    /** {@return the address of the runbooks; if it is empty, the status page shows only their file names} */
    String runbookUrl() {
        return runbookUrl;
    }

    /** {@return the time after which a stopped bot is no longer exported} */
    java.time.Duration forgetAfter() {
        return forgetAfter.toJavaDuration();
    }

    /** {@return the setting for creation timestamps} */
    CreatedTimestamps createdTimestamps() {
        return createdTimestamps ? CreatedTimestamps.SHOWN : CreatedTimestamps.LEFT_OUT;
    }
}
