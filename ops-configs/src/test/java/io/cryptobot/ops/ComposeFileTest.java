package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two compose files: containers are hardened, the default cannot page anybody, production is a separate file. */
final class ComposeFileTest {

    private static final JsonNode LOCAL = Ops.yaml(Ops.SOURCE.resolve("monitoring/docker-compose.yaml"));
    private static final JsonNode PRODUCTION =
            Ops.yaml(Ops.SOURCE.resolve("monitoring/docker-compose.production.yaml"));
    private static final String SHIPPED = Ops.text(Ops.ALERTMANAGER);

    static final List<Map.Entry<String, JsonNode>> SERVICES = services();

    /** Each service with its merged keys, as Compose reads them. */
    private static List<Map.Entry<String, JsonNode>> services() {
        Map<String, JsonNode> services = new LinkedHashMap<>();
        LOCAL.path("services")
                .properties()
                .forEach(service -> services.put(service.getKey(), merged(service.getValue())));
        return List.copyOf(services.entrySet());
    }

    private static JsonNode merged(JsonNode mapping) {
        ObjectNode all = ((ObjectNode) mapping).objectNode();
        JsonNode merges = mapping.path("<<");
        for (String name : merges.isTextual() ? List.of(merges.asText()) : Ops.texts(merges)) {
            LOCAL.path("x-" + name).properties().forEach(entry -> {
                if (!all.has(entry.getKey())) { // the first merged value wins
                    all.set(entry.getKey(), entry.getValue());
                }
            });
        }
        mapping.properties().forEach(entry -> {
            if (!entry.getKey().equals("<<")) {
                all.set(entry.getKey(), entry.getValue().has("<<") ? merged(entry.getValue()) : entry.getValue());
            }
        });
        return all;
    }

    @Test
    void runTheWholeChain() {
        assertThat(SERVICES)
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "receivers", "demo-exchange", "demo-bot", "exporter", "prometheus", "alertmanager", "grafana");
        assertThat(Ops.texts(LOCAL.at("/services/prometheus/command"))).contains("--rules.alert.resend-delay=30s");
        assertThat(Ops.texts(LOCAL.at("/services/alertmanager/command"))).contains("--cluster.listen-address=");
    }

    @ParameterizedTest
    @FieldSource("SERVICES")
    void containerIsHardenedPinnedLocalAndWatched(Map.Entry<String, JsonNode> entry) {
        JsonNode service = entry.getValue();
        assertThat(service.path("read_only").asBoolean()).isTrue();
        assertThat(Ops.texts(service.path("cap_drop"))).containsExactly("ALL");
        assertThat(Ops.texts(service.path("security_opt"))).containsExactly("no-new-privileges:true");
        assertThat(List.of("privileged", "cap_add", "devices", "pid", "ipc", "userns_mode"))
                .noneMatch(service::has);
        // a number, or the number in ${NAME:-number}: a name could be root under another name
        assertThat(service.path("user").asText()).matches("[1-9]\\d*|\\$\\{\\w+:-[1-9]\\d*}");
        assertThat(service.path("image").asText()
                        + service.at("/build/args/JAVA_IMAGE").asText())
                .matches(".*:v?\\d+\\.\\d+\\.\\d+.*");
        assertThat(Ops.texts(service.path("ports"))).allMatch(port -> port.startsWith("127.0.0.1:"));
        assertThat(service.at("/healthcheck/test/0").asText()).isEqualTo("CMD");
        assertThat(List.of("interval", "timeout", "retries", "start_period"))
                .allMatch(service.path("healthcheck")::has);
        for (JsonNode volume : service.path("volumes")) {
            if (volume.isTextual() && volume.asText().startsWith(".")) {
                assertThat(volume.asText()).endsWith(":ro");
            }
        }
    }

    /** All services except the bot have a port to check; the health check of the bot is its heartbeat. */
    @Test
    void healthCheckAsksTheService() {
        for (Map.Entry<String, JsonNode> service : SERVICES) {
            String test = Ops.texts(service.getValue().at("/healthcheck/test")).toString();
            if (service.getKey().equals("demo-bot")) {
                assertThat(test).contains("cryptobot counters show");
                assertThat(service.getValue().has("ports")).isFalse();
            } else {
                String port = Ops.texts(service.getValue().path("ports")).get(0).split(":")[1];
                assertThat(test).containsPattern("127\\.0\\.0\\.1[:/]" + port);
            }
        }
    }

    /** The bot writes the counters file and the exporter reads it, in memory. */
    @Test
    void demoBotAndExporterShareTheRunDirectory() {
        JsonNode bot = LOCAL.at("/services/demo-bot/volumes/0");
        JsonNode exporter = LOCAL.at("/services/exporter/volumes/0");
        assertThat(bot.path("source").asText())
                .isEqualTo(exporter.path("source").asText())
                .isEqualTo("run");
        assertThat(bot.path("read_only").asBoolean(false)).isFalse();
        assertThat(exporter.path("read_only").asBoolean(false)).isTrue();
        for (String service : List.of("demo-bot", "exporter")) {
            JsonNode node = LOCAL.path("services").path(service);
            assertThat(node.at("/environment/CRYPTOBOT_RUN_DIR").asText())
                    .isEqualTo(node.at("/volumes/0/target").asText());
        }
        assertThat(LOCAL.at("/volumes/run/driver_opts/type").asText()).isEqualTo("tmpfs");
        assertThat(LOCAL.at("/volumes/run/driver_opts/o").asText())
                .contains(
                        "mode=0700",
                        "uid="
                                + merged(LOCAL.at("/services/demo-bot"))
                                        .path("user")
                                        .asText());
    }

    /** There are three ways to reach a person, and each of them is closed separately. */
    @Test
    void defaultCannotPageAnybody() {
        assertThat(LOCAL.findValues("secrets")).isEmpty();
        assertThat(Ops.texts(LOCAL.at("/services/alertmanager/volumes")))
                .contains("./alertmanager-local.yml:/etc/alertmanager/alertmanager.yml:ro")
                .noneMatch(volume -> volume.startsWith("../alertmanager/alertmanager.yml"));
        assertThat(keys(LOCAL.path("networks"))).containsExactly("default");
        assertThat(LOCAL.at("/networks/default/driver_opts/com.docker.network.bridge.enable_ip_masquerade")
                        .asText())
                .isEqualTo("false");
        for (Map.Entry<String, JsonNode> service : SERVICES) {
            assertThat(keys(service.getValue().path("networks"))).isSubsetOf("default");
            assertThat(service.getValue().path("network_mode").asText())
                    .isEqualTo(service.getKey().equals("demo-bot") ? "service:receivers" : "");
        }
    }

    @Test
    void localAlertmanagerDiffersFromTheShippedOneOnlyInAddresses() {
        List<String> local = LocalAlertmanager.of(SHIPPED).lines().skip(2).toList();
        List<String> shipped = SHIPPED.lines().toList();
        assertThat(local).hasSameSizeAs(shipped);
        List<String> others = new ArrayList<>();
        for (int i = 0; i < local.size(); i++) {
            if (!local.get(i).equals(shipped.get(i))) {
                others.add(local.get(i).strip());
            }
        }
        assertThat(others)
                .containsExactly(
                        "pagerduty_url: http://receivers:9180/v2/enqueue",
                        "- api_url: http://receivers:9180/services/T00000000/B00000000/local",
                        "- routing_key: 0123456789abcdef0123456789abcdef",
                        "- url: http://receivers:9180/heartbeat");
        assertThat(Pattern.compile("(?m)^ *(?:- )?\\w*(?:url|file|host|key)\\w*: *([^ '{\\n]+)$")
                        .matcher(LocalAlertmanager.of(SHIPPED))
                        .results()
                        .map(found -> found.group(1)))
                .hasSize(4)
                .allMatch(value -> value.startsWith("http://receivers:9180/") || value.startsWith("0123456789"));
        int port = Integer.parseInt(
                Ops.texts(LOCAL.at("/services/receivers/ports")).get(0).split(":")[1]);
        assertThat(LocalAlertmanager.RECEIVERS).isEqualTo("http://receivers:" + port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://events.pagerduty.com/v2/enqueue",
                "api_url_file: /etc/alertmanager/secrets/slack_api_url",
                "routing_key_file: /etc/alertmanager/secrets/pagerduty_routing_key",
                "http://127.0.0.1:9095/heartbeat"
            })
    void localAlertmanagerIsNotWrittenIfAnAddressIsMissing(String text) {
        assertThatThrownBy(() -> LocalAlertmanager.of(SHIPPED.replace(text, "another")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ops/alertmanager/alertmanager.yml does not mention " + text
                        + ", which is replaced in ops/monitoring/alertmanager-local.yml");
    }

    /** Production extends the default; none of its keys may weaken a container. */
    @Test
    void productionIsTheSameContainersWithRealSecretsAndTheRealBot() {
        assertThat(PRODUCTION.path("name").asText())
                .as("separate volumes: a test leaves no data in them, and its end removes none")
                .isNotEqualTo(LOCAL.path("name").asText());
        assertThat(keys(PRODUCTION.path("services")))
                .containsExactlyInAnyOrder("exporter", "prometheus", "alertmanager", "grafana");
        PRODUCTION.path("services").properties().forEach(service -> {
            assertThat(service.getValue().at("/extends/file").asText()).isEqualTo("docker-compose.yaml");
            assertThat(service.getValue().at("/extends/service").asText()).isEqualTo(service.getKey());
            assertThat(Set.of("extends", "volumes", "secrets", "environment")).containsAll(keys(service.getValue()));
        });
        assertThat(PRODUCTION.has("networks"))
                .as("an ordinary network, which leads to Slack and PagerDuty")
                .isFalse();
        // a volume replaces the default's volume with the same target
        assertThat(Ops.texts(PRODUCTION.at("/services/alertmanager/volumes")))
                .containsExactly("../alertmanager/alertmanager.yml:/etc/alertmanager/alertmanager.yml:ro");
        JsonNode run = PRODUCTION.at("/services/exporter/volumes/0");
        assertThat(run.path("type").asText()).isEqualTo("bind");
        assertThat(run.path("target")).isEqualTo(LOCAL.at("/services/exporter/volumes/0/target"));
        assertThat(run.path("read_only").asBoolean()).isTrue();
        assertThat(run.at("/bind/create_host_path").asBoolean(true)).isFalse();
        assertThat(PRODUCTION
                        .at("/services/grafana/environment/GF_AUTH_ANONYMOUS_ENABLED")
                        .asText())
                .isEqualTo("false");
    }

    /** All users of the host can read the environment and the arguments of a container. */
    @Test
    void containersGetSecretsAsFiles() {
        assertThat(PRODUCTION.path("secrets").properties())
                .hasSize(3)
                .allSatisfy(secret ->
                        assertThat(secret.getValue().path("file").asText()).isEqualTo("./secrets/" + secret.getKey()));
        Stream.concat(LOCAL.path("services").properties().stream(), PRODUCTION.path("services").properties().stream())
                .flatMap(service -> service.getValue().path("environment").properties().stream())
                .filter(variable -> variable.getKey().matches("(?i).*(PASSWORD|TOKEN|SECRET|KEY|DSN).*"))
                .forEach(
                        variable -> assertThat(variable.getKey() + "="
                                        + variable.getValue().asText())
                                .matches(
                                        "\\w+__FILE=/run/secrets/\\w+|SENTRY_DSN=http://(?:c0ffee00){4}@127\\.0\\.0\\.1:9180/1"));
        assertThat(PRODUCTION.at("/services/alertmanager/secrets"))
                .hasSize(2)
                .allSatisfy(secret -> assertThat(SHIPPED)
                        .contains("_file: " + secret.path("target").asText() + "\n"));
    }

    private static Set<String> keys(JsonNode mapping) {
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        mapping.properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries.keySet();
    }
}
