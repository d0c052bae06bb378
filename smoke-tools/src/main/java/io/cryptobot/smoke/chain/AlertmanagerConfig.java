package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The routes and inhibitions of a running Alertmanager, from the configuration that it reports. Immutable. */
final class AlertmanagerConfig {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final List<String> PAGERS = List.of("pagerduty_configs", "opsgenie_configs", "victorops_configs");

    private final JsonNode config;

    private AlertmanagerConfig(JsonNode config) {
        this.config = config;
    }

    /** @throws IOException if the text is not a configuration of Alertmanager */
    static AlertmanagerConfig parse(String yaml) throws IOException {
        JsonNode config;
        try {
            config = YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IOException("Alertmanager's configuration is not YAML: " + e.getOriginalMessage(), e);
        }
        if (!config.path("route").isObject()) {
            throw new IOException("Alertmanager reports no configuration with a route");
        }
        return new AlertmanagerConfig(config);
    }

    /**
     * A matching route of an alert.
     *
     * @param groupBy the labels that share one message; empty if every alert has its own
     */
    record Route(String receiver, Duration groupWait, Duration groupInterval, List<String> groupBy) {
        /** {@return the labels of the message that an alert goes into} */
        Map<String, String> group(Map<String, String> labels) {
            Map<String, String> group = new TreeMap<>(labels);
            if (!groupBy.equals(List.of("..."))) {
                group.keySet().retainAll(groupBy);
            }
            return group;
        }
    }

    /** {@return the routes that match an alert with these labels} */
    List<Route> routes(Map<String, String> labels) {
        List<Route> found = new ArrayList<>();
        Route defaults = new Route("", Duration.ofSeconds(30), Duration.ofMinutes(5), List.of());
        collect(config.path("route"), defaults, labels, found);
        return found;
    }

    private static boolean collect(JsonNode node, Route parent, Map<String, String> labels, List<Route> found) {
        if (!matches(matchers(node, ""), labels)) {
            return false;
        }
        List<String> groupBy = texts(node.path("group_by"));
        Route own = new Route(
                node.path("receiver").asText(parent.receiver()),
                duration(node, "group_wait", parent.groupWait()),
                duration(node, "group_interval", parent.groupInterval()),
                groupBy.isEmpty() ? parent.groupBy() : groupBy);
        boolean deeper = false;
        for (JsonNode child : node.path("routes")) {
            if (collect(child, own, labels, found)) {
                deeper = true;
                if (!child.path("continue").asBoolean()) {
                    break;
                }
            }
        }
        if (!deeper) {
            found.add(own);
        }
        return true;
    }

    private static Duration duration(JsonNode node, String name, Duration otherwise) {
        return node.has(name) ? PrometheusDuration.parse(node.path(name).asText()) : otherwise;
    }

    /** {@return the names of the receivers that page somebody} */
    Set<String> pagers() {
        return receiversWith(PAGERS);
    }

    /** {@return the names of the receivers that write to Slack} */
    Set<String> slackReceivers() {
        return receiversWith(List.of("slack_configs"));
    }

    private Set<String> receiversWith(List<String> integrations) {
        Set<String> names = new HashSet<>();
        for (JsonNode receiver : config.path("receivers")) {
            if (integrations.stream().anyMatch(name -> !receiver.path(name).isEmpty())) {
                names.add(receiver.path("name").asText());
            }
        }
        return names;
    }

    /** Whether one alert, while it fires, suppresses the messages of another. */
    boolean inhibits(Map<String, String> source, Map<String, String> target) {
        for (JsonNode rule : config.path("inhibit_rules")) {
            List<LabelMatcher> ofSource = matchers(rule, "source_");
            List<LabelMatcher> ofTarget = matchers(rule, "target_");
            boolean mutual = matches(ofTarget, source) && matches(ofSource, target);
            if (matches(ofSource, source)
                    && matches(ofTarget, target)
                    && !mutual
                    && texts(rule.path("equal")).stream()
                            .allMatch(name ->
                                    Objects.equals(source.getOrDefault(name, ""), target.getOrDefault(name, "")))) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(Collection<LabelMatcher> matchers, Map<String, String> labels) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels));
    }

    /** Includes the two older notations, which every version still accepts. */
    private static List<LabelMatcher> matchers(JsonNode node, String prefix) {
        List<LabelMatcher> matchers = new ArrayList<>();
        texts(node.path(prefix + "matchers")).forEach(text -> matchers.add(LabelMatcher.parse(text)));
        node.path(prefix + "match")
                .properties()
                .forEach(label -> matchers.add(
                        new LabelMatcher(label.getKey(), label.getValue().asText(), false, true)));
        node.path(prefix + "match_re")
                .properties()
                .forEach(label -> matchers.add(
                        new LabelMatcher(label.getKey(), label.getValue().asText(), true, true)));
        return matchers;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
