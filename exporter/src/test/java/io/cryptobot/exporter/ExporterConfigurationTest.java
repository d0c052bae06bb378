package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.exporter.exposition.CreatedTimestamps;
import io.cryptobot.telemetry.files.RunDirectory;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExporterConfigurationTest {
    private static final ObjectMapper MAPPER = Jackson.newObjectMapper();

    @TempDir
    Path directory;

    @Test
    void thePackedFileSaysWhatTheDefaultsAre() throws Exception {
        ExporterConfiguration packed =
                factory().build(PackedConfiguration.withVariables(name -> null), PackedConfiguration.PATH);
        ExporterConfiguration defaults = factory().build();
        assertThat(packed.heartbeatTimeout())
                .isEqualTo(defaults.heartbeatTimeout())
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(packed.forgetAfter()).isEqualTo(defaults.forgetAfter()).isEqualTo(Duration.ofDays(30));
        assertThat(packed.createdTimestamps())
                .isEqualTo(defaults.createdTimestamps())
                .isEqualTo(CreatedTimestamps.LEFT_OUT);
        assertThat(packed.runDirectory(Map.of()))
                .isEqualTo(defaults.runDirectory(Map.of()))
                .isEqualTo(RunDirectory.from(Map.of()));
    }

    @Test
    void metricsAreOpenToOtherHostsAndAdminIsNot() throws Exception {
        DefaultServerFactory server = server(Map.of());
        HttpConnectorFactory application =
                (HttpConnectorFactory) server.getApplicationConnectors().get(0);
        HttpConnectorFactory admin =
                (HttpConnectorFactory) server.getAdminConnectors().get(0);
        assertThat(application.getBindHost()).isEqualTo("0.0.0.0");
        assertThat(application.getPort()).isEqualTo(9100);
        assertThat(admin.getBindHost()).isEqualTo("127.0.0.1");
        assertThat(admin.getPort()).isEqualTo(9101);
    }

    @Test
    void everyVariableCounts() throws Exception {
        Map<String, String> variables = Map.of(
                "CRYPTOBOT_EXPORTER_HOST", "127.0.0.1",
                "CRYPTOBOT_EXPORTER_PORT", "19100",
                "CRYPTOBOT_EXPORTER_ADMIN_PORT", "19101",
                "CRYPTOBOT_RUN_DIR", "/run/bots");
        HttpConnectorFactory application = (HttpConnectorFactory)
                server(variables).getApplicationConnectors().get(0);
        assertThat(application.getBindHost()).isEqualTo("127.0.0.1");
        assertThat(application.getPort()).isEqualTo(19100);
        assertThat(((HttpConnectorFactory)
                                server(variables).getAdminConnectors().get(0))
                        .getPort())
                .isEqualTo(19101);
        assertThat(configuration(variables).runDirectory(Map.of())).isEqualTo(new RunDirectory(Path.of("/run/bots")));
    }

    @Test
    void aBlankVariableIsAnUnsetOne() throws Exception {
        Map<String, String> variables = Map.of("CRYPTOBOT_EXPORTER_HOST", "", "CRYPTOBOT_EXPORTER_PORT", " ");
        HttpConnectorFactory application = (HttpConnectorFactory)
                server(variables).getApplicationConnectors().get(0);
        assertThat(application.getBindHost()).isEqualTo("0.0.0.0");
        assertThat(application.getPort()).isEqualTo(9100);
    }

    @Test
    void anUnsetVariableWithoutADefaultIsRefused() {
        for (String blank : new String[] {null, "", " "}) {
            assertThatThrownBy(() ->
                            PackedConfiguration.withVariables(name -> blank).open(written("a: ${TYPO}")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has a variable that is unset or blank and has no default")
                    .hasMessageContaining("'TYPO'");
        }
    }

    private String written(String yaml) throws IOException {
        return Files.writeString(directory.resolve("exporter.yml"), yaml).toString();
    }

    @Test
    void withoutAServerInTheFileThePortsAreThoseOfThePackedOne() throws Exception {
        DefaultServerFactory server = (DefaultServerFactory) factory().build().getServerFactory();
        assertThat(listening(server.getApplicationConnectors())).isEqualTo("0.0.0.0:9100");
        assertThat(listening(server.getAdminConnectors())).isEqualTo("127.0.0.1:9101");
    }

    @Test
    void adminPagesForEverybodyHaveToBeMeant() throws Exception {
        assertThat(build("server: {adminConnectors: [{type: http, bindHost: 0.0.0.0}]}"))
                .isNotNull();
        for (String forgotten : new String[] {
            "server: {gzip: {enabled: false}}",
            "server: {adminConnectors: [{type: http, port: 9101}]}",
            "server: {adminConnectors: [{type: http, bindHost: ' '}]}"
        }) {
            assertThatThrownBy(() -> build(forgotten))
                    .as(forgotten)
                    .hasMessageContaining("server.adminConnectors: every one needs a bindHost");
        }
    }

    @Test
    void tlsIsSaidOnce() {
        assertThatThrownBy(() -> build("""
                        webConfigFile: web.yml
                        server:
                          applicationConnectors: [{type: https, keyStorePath: a, keyStorePassword: b}]
                          adminConnectors: [{type: http, bindHost: 127.0.0.1}]
                        """))
                .hasMessageContaining("webConfigFile and an application connector of type https exclude each other");
    }

    private static ExporterConfiguration build(String yaml) throws Exception {
        return factory().build(path -> new ByteArrayInputStream(yaml.getBytes(UTF_8)), "exporter.yml");
    }

    private static String listening(List<ConnectorFactory> connectors) {
        return connectors.stream()
                .map(HttpConnectorFactory.class::cast)
                .map(connector -> connector.getBindHost() + ":" + connector.getPort())
                .collect(Collectors.joining(","));
    }

    @Test
    void aRunbookAddressIsHttpOrNothing() throws Exception {
        assertThat(configuration(Map.of()).runbookUrl()).isEmpty();
        String url = "https://wiki.example.com/runbooks/";
        assertThat(configuration(Map.of("CRYPTOBOT_RUNBOOK_URL", url)).runbookUrl())
                .isEqualTo(url);
        assertThatThrownBy(() -> configuration(Map.of("CRYPTOBOT_RUNBOOK_URL", "javascript:alert(1)")))
                .hasMessageContaining("runbookUrl must be an http or https address, or blank");
    }

    private static DefaultServerFactory server(Map<String, String> variables) throws Exception {
        return (DefaultServerFactory) configuration(variables).getServerFactory();
    }

    private static ExporterConfiguration configuration(Map<String, String> variables) throws Exception {
        return factory().build(PackedConfiguration.withVariables(variables::get), PackedConfiguration.PATH);
    }

    private static YamlConfigurationFactory<ExporterConfiguration> factory() {
        return new YamlConfigurationFactory<>(
                ExporterConfiguration.class, Validators.newValidator(), MAPPER, "test-overrides-nothing");
    }
}
