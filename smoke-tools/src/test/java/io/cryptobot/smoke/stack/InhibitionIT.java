package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real Alertmanager, with the shipped configuration, keeps back of the shipped alerts while a bot or its host is gone. */
@OneJdk
@RealEngines
class InhibitionIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ABOUT_A_BOT = List.of("CryptobotDown", "CryptobotExpectedMissing");
    private static final List<String> ABOUT_A_HOST = List.of("CryptobotScrapeDown", "CryptobotMissing");

    @TempDir
    Path work;

    private final ArrayNode sent = JSON.createArrayNode();

    @AutoClose
    private RunningAlertmanager alertmanager;

    /** One alerting rule. */
    private record Rule(String name, Map<String, String> labels) {
        boolean pages() {
            return "critical".equals(labels.get("severity"));
        }

        boolean isTold() {
            return !"none".equals(labels.get("severity"));
        }
    }

    @BeforeEach
    void start() throws Exception {
        alertmanager = new RunningAlertmanager(work, Map.of());
    }

    @Test
    void onlyWarningsAreKeptBackAndNeverAPage() throws Exception {
        List<Rule> rules = rules();
        for (String source :
                Stream.of(ABOUT_A_BOT, ABOUT_A_HOST).flatMap(List::stream).toList()) {
            String gone = source + ":9100";
            fire(source, Map.of("severity", "critical"), gone, "alpha");
            for (Rule rule : rules) {
                if (!ABOUT_A_BOT.contains(rule.name()) && !ABOUT_A_HOST.contains(rule.name())) {
                    fire(rule.name(), rule.labels(), gone, "alpha");
                }
            }
        }
        // not of the bot that is gone, and not of its host
        fire("CryptobotClockSkew", Map.of("severity", "warning"), "CryptobotDown:9100", "beta");
        fire("CryptobotClockSkew", Map.of("severity", "warning"), "healthy:9100", "alpha");
        // a drill of a dead bot hides nothing of the real one
        fire("CryptobotDown", Map.of("severity", "critical", "drill", "true"), "drilled:9100", "alpha");
        fire("CryptobotClockSkew", Map.of("severity", "warning"), "drilled:9100", "alpha");
        // the same alert at a lower severity
        fire("CryptobotTradingLoopStale", Map.of("severity", "critical"), "both:9100", "alpha");
        fire("CryptobotTradingLoopStale", Map.of("severity", "warning", "mode", "paper"), "both:9100", "alpha");

        TreeSet<String> expected = new TreeSet<>(List.of("both:9100 alpha CryptobotTradingLoopStale warning"));
        for (Rule rule : rules) {
            if (rule.isTold()
                    && !rule.pages()
                    && !ABOUT_A_BOT.contains(rule.name())
                    && !ABOUT_A_HOST.contains(rule.name())) {
                ABOUT_A_BOT.forEach(source -> expected.add(source + ":9100 alpha " + rule.name() + " warning"));
                if (rule.name().startsWith("Cryptobot")) {
                    ABOUT_A_HOST.forEach(source -> expected.add(source + ":9100 alpha " + rule.name() + " warning"));
                }
            }
        }
        alertmanager.post(sent);

        TreeSet<String> keptBack = new TreeSet<>();
        alertmanager.await("what is inhibited is known", () -> {
            JsonNode alerts = alertmanager.json("/api/v2/alerts");
            keptBack.clear();
            alerts.forEach(alert -> {
                if (!alert.at("/status/inhibitedBy").isEmpty()) {
                    keptBack.add(alert.at("/labels/instance").asText() + " "
                            + alert.at("/labels/bot").asText() + " "
                            + alert.at("/labels/alertname").asText() + " "
                            + alert.at("/labels/severity").asText());
                }
            });
            return alerts.size() == sent.size() && keptBack.size() >= expected.size();
        });
        assertThat(keptBack).isEqualTo(expected);
        assertThat(keptBack).noneMatch(alert -> alert.endsWith(" critical"));
        alertmanager.await(
                "every incident is told",
                () -> alertmanager.received().pagerDuty().size() >= incidents());
    }

    /** Every critical alert that is neither a drill nor of paper mode, and one incident for rules that share a name. */
    private int incidents() {
        TreeSet<String> incidents = new TreeSet<>();
        for (JsonNode alert : sent) {
            JsonNode labels = alert.path("labels");
            if (labels.path("severity").asText().equals("critical")
                    && !labels.has("drill")
                    && !labels.path("mode").asText().equals("paper")) {
                incidents.add(labels.path("alertname").asText() + labels.path("instance") + labels.path("mode"));
            }
        }
        return incidents.size();
    }

    private List<Rule> rules() throws IOException {
        List<Rule> rules = new ArrayList<>();
        try (Stream<Path> all = Files.list(alertmanager.ops("prometheus/rules"))) {
            for (Path file : all.toList()) {
                for (JsonNode group : new YAMLMapper().readTree(file.toFile()).path("groups")) {
                    for (JsonNode rule : group.path("rules")) {
                        if (rule.has("alert")) {
                            Map<String, String> labels = new TreeMap<>();
                            rule.path("labels")
                                    .properties()
                                    .forEach(label -> labels.put(
                                            label.getKey(), label.getValue().asText()));
                            rules.add(new Rule(rule.path("alert").asText(), labels));
                        }
                    }
                }
            }
        }
        assertThat(rules).hasSizeGreaterThan(30);
        return rules;
    }

    private void fire(String name, Map<String, String> labels, String instance, String bot) {
        ObjectNode alert = sent.addObject()
                .put("startsAt", Instant.now().toString())
                .put("endsAt", Instant.now().plusSeconds(600).toString());
        ObjectNode all = alert.putObject("labels");
        labels.forEach(all::put);
        all.put("alertname", name).put("instance", instance).put("bot", bot);
    }
}
