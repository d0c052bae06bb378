package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.telemetry.RunDirectory;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExporterConfigurationTest {
    private static final ObjectMapper MAPPER = Jackson.newObjectMapper();

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
                .isFalse();
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
