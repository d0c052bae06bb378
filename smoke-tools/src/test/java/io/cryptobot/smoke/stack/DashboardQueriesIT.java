package io.cryptobot.smoke.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.FakePages;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every query of every dashboard, put to a Prometheus that scrapes a real bot: a panel that stays empty looks like a quiet
 * night. Of node_exporter, which is no part of the stack, a page with the metrics that it is known to have stands in.
 */
@OneJdk
@RealEngines
class DashboardQueriesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Queries without a result while all is well, by the beginning of their text. */
    private static final Map<String, String> NEED_AN_INCIDENT = Map.of(
            "ALERTS{service=\"cryptobot-desktop\", severity=\"critical\"",
            "a page",
            "increase(cryptobot_orders_failed_by_reason_total",
            "a failed order",
            "cryptobot_exporter_bad_records",
            "a damaged counters file",
            "cryptobot_exporter_unreadable_files",
            "a counters file that cannot be read",
            "(time() - cryptobot_drill_last_success_timestamp_seconds)",
            "a drill",
            "alertmanager_cluster_members",
            "a cluster of Alertmanagers",
            "prometheus_remote_storage_samples_pending",
            "remote_write");

    private static final String NODE = """
            node_cpu_seconds_total{cpu="0",mode="idle"} 1000
            node_cpu_seconds_total{cpu="0",mode="user"} 50
            node_memory_MemAvailable_bytes 8e9
            node_memory_MemTotal_bytes 16e9
            node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 5e9
            node_filesystem_size_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 1e10
            """;

    @Test
    void everyQueryReturnsDataWhileABotTrades() throws Exception {
        try (FakePages node = new FakePages();
                LocalStack stack = LocalStack.prepare(Programs.find(System.getenv()), new RandomWalk(1, 0), 1)) {
            node.set("/metrics", NODE);
            ChainAddresses addresses = stack.start(part -> {});
            Path prometheus = stack.directory().resolve("ops/prometheus");
            Files.writeString(
                    prometheus.resolve("targets/host/hosts.yml"),
                    "- targets: [\"" + node.url().getAuthority() + "\"]\n");
            // two scrapes of the monitoring itself and the first look at its rules would else take half a minute
            StackFiles.render(
                    prometheus.resolve("prometheus.yml"),
                    Map.of(
                            "scrape_interval: 15s",
                            "scrape_interval: 1s",
                            "evaluation_interval: 15s",
                            "evaluation_interval: 1s"));
            assertThat(ChildProcess.program(
                                    "kill", "-HUP", stack.process("prometheus").pid())
                            .run()
                            .exitCode())
                    .isZero();

            Set<String> queries = queries(stack.directory().resolve("ops/grafana/dashboards"));
            assertThat(queries).hasSizeGreaterThan(40);
            Map<String, String> empty = new TreeMap<>();
            queries.forEach(query -> empty.put(query, incident(query)));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (empty.containsValue("") && System.nanoTime() < deadline) {
                HttpProbe.pause();
                for (String query : queries) {
                    if (empty.containsKey(query) && hasData(addresses.prometheus(), query)) {
                        empty.remove(query);
                    }
                }
            }

            assertThat(empty).as("queries without data, and why").doesNotContainValue("");
            assertThat(empty.values())
                    .as("a reason that no query needs any more is to be removed")
                    .containsExactlyInAnyOrderElementsOf(NEED_AN_INCIDENT.values());
        }
    }

    private static String incident(String query) {
        return NEED_AN_INCIDENT.entrySet().stream()
                .filter(reason -> query.startsWith(reason.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static Set<String> queries(Path dashboards) throws IOException {
        Set<String> queries = new TreeSet<>();
        try (Stream<Path> files = Files.list(dashboards)) {
            for (Path file : files.toList()) {
                JsonNode dashboard = JSON.readTree(file.toFile());
                queries.addAll(dashboard.findValuesAsText("expr"));
                dashboard.findValuesAsText("definition").stream()
                        .map(text -> text.replaceFirst("^label_values\\((.*), \\w+\\)$", "$1"))
                        .forEach(queries::add);
            }
        }
        return queries;
    }

    /** Whether there is a number: a quantile of nothing is none. */
    private static boolean hasData(URI prometheus, String query) throws IOException, InterruptedException {
        String asGrafanaSendsIt =
                query.replaceAll("\\$(instance|bot|host)", ".+").replace("$__rate_interval", "4s");
        JsonNode answer = JSON.readTree(
                HttpProbe.get(prometheus.resolve("/api/v1/query?query=" + URLEncoder.encode(asGrafanaSendsIt, UTF_8))));
        assertThat(answer.path("status").asText()).as(query).isEqualTo("success");
        for (JsonNode series : answer.at("/data/result")) {
            if (!series.path("value").path(1).asText().equals("NaN")) {
                return true;
            }
        }
        return false;
    }
}
