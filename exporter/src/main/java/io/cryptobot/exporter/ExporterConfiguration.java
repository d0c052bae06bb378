package io.cryptobot.exporter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
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

    @NotNull
    @JsonProperty
    private String webConfigFile = "";

    @NotNull
    @Pattern(regexp = "(https?://\\S+)?", message = "must be an http or https address, or blank")
    @JsonProperty
    private String runbookUrl = "";

    /** The same server as in the packed file, for a file that says nothing about it. */
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

    /** Without bindHost a connector is open to every host: for the admin pages that has to be meant. */
    @JsonIgnore
    @ValidationMethod(
            message = "server.adminConnectors: every one needs a bindHost. 127.0.0.1 keeps thread dumps and log levels"
                    + " on this host; 0.0.0.0, if that is meant, gives them to everybody")
    public boolean isAdminBoundOnPurpose() {
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
    public boolean isTlsSaidOnce() {
        return webConfigFile.isBlank()
                || !(getServerFactory() instanceof DefaultServerFactory server)
                || server.getApplicationConnectors().stream().noneMatch(HttpsConnectorFactory.class::isInstance);
    }

    /**
     * {@return what the web configuration file asks for; plain HTTP for everybody where none is named}
     *
     * @throws IOException it cannot be used
     */
    WebSecurity webSecurity() throws IOException {
        return webConfigFile.isBlank()
                ? WebSecurity.none()
                : WebSecurity.load(
                        Path.of(webConfigFile.strip()).toAbsolutePath().normalize(), Clock.systemUTC());
    }

    /** {@return the configured run directory; when that is blank, the one that {@link RunDirectory#from} finds} */
    RunDirectory runDirectory(Map<String, String> environment) {
        return runDirectory.isBlank()
                ? RunDirectory.from(environment)
                : new RunDirectory(
                        Path.of(runDirectory.strip()).toAbsolutePath().normalize());
    }

    /** For a rehearsal: another run directory than the configured one, and pages without TLS and passwords. */
    void stage(RunDirectory other) {
        runDirectory = other.path().toString();
        webConfigFile = "";
    }

    /** {@return how long a heartbeat may stand still before its bot counts as dead} */
    java.time.Duration heartbeatTimeout() {
        return heartbeatTimeout.toJavaDuration();
    }

    /** {@return where people read the runbooks; empty when the status page shall name their files only} */
    String runbookUrl() {
        return runbookUrl;
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
