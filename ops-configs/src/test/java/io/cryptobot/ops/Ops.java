package io.cryptobot.ops;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The shipped files as the tests read them, and the alerts among them. */
final class Ops {

    /** The placeholder in front of every runbook's file name. */
    static final String RUNBOOK_BASE = "https://runbooks.example.com/";

    static final Path SOURCE = Path.of("src/main/resources/ops");
    static final Path RULES = SOURCE.resolve("prometheus/rules");
    static final Path RULE_TESTS = Path.of("src/test/resources/rules");
    static final Path ALERTMANAGER = SOURCE.resolve("alertmanager/alertmanager.yml");
    static final Path REVIEWS = SOURCE.resolve("reviews/alerts.yml");
    static final Path DASHBOARDS = SOURCE.resolve("grafana/dashboards");
    static final Path DASHBOARD = DASHBOARDS.resolve("cryptobot_desktop_overview.json");

    /** YAML reads "0x80" as 128. */
    private static final Pattern HEXADECIMAL = Pattern.compile("(?m)^( *values: )(0x\\d+)$");

    private static final Pattern ANCHOR = Pattern.compile("(?m)^( *(?:- )?)(\\w+): &(\\w+)\n");
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** One alerting rule. */
    record Alert(String name, String expr, Map<String, String> labels, Map<String, String> annotations) {

        String severity() {
            return labels.getOrDefault("severity", "");
        }

        @Override
        public String toString() {
            return name + " (" + severity() + ")";
        }
    }

    private Ops() {}

    static JsonNode yaml(Path file) {
        return read(YAML, file);
    }

    static JsonNode json(Path file) {
        return read(JSON, file);
    }

    private static JsonNode read(ObjectMapper mapper, Path file) {
        try {
            return mapper.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of a folder whose name has the ending, sorted. */
    static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Alert> alerts() {
        return rules().filter(rule -> rule.has("alert")).map(Ops::alert).toList();
    }

    static Alert alert(JsonNode rule) {
        return new Alert(
                rule.path("alert").asText(),
                rule.path("expr").asText(),
                map(rule.path("labels")),
                map(rule.path("annotations")));
    }

    /** Every alerting and recording rule of every file, in the order of the files' names. */
    static Stream<JsonNode> rules() {
        return files(RULES, ".yml").stream()
                .flatMap(file -> stream(yaml(file).path("groups")))
                .flatMap(group -> stream(group.path("rules")));
    }

    /** {@return the rules of these alerts and the recording rules that they read, in the order of {@link #rules}} */
    static List<JsonNode> rulesOf(Set<String> alerts) {
        List<JsonNode> own = rules().filter(
                        rule -> alerts.contains(rule.path("alert").asText()))
                .toList();
        return rules().filter(rule -> own.contains(rule)
                        || (rule.has("record") && own.stream().anyMatch(alert -> reads(alert, rule))))
                .toList();
    }

    /** Whether a rule reads what a recording rule writes. */
    static boolean reads(JsonNode rule, JsonNode recording) {
        return rule.path("expr").asText().contains(recording.path("record").asText());
    }

    /** {@return a file of these rules in one group, for a test that needs no others} */
    static String ruleFile(List<JsonNode> rules) {
        ObjectNode file = JSON.createObjectNode();
        file.putArray("groups")
                .addObject()
                .put("name", "tested")
                .putArray("rules")
                .addAll(rules);
        return file.toString();
    }

    /** The promtool files of an alert: {@code <alert>.test.yml}, and others with a word before {@code .test.yml}. */
    static List<Path> ruleTests(String alert) {
        return files(RULE_TESTS, ".test.yml").stream()
                .filter(file -> file.getFileName().toString().startsWith(alert + "."))
                .toList();
    }

    static Alert alert(String name) {
        return alerts().stream()
                .filter(alert -> alert.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static List<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText).toList();
    }

    /** {@return the tests of an alert, of all its files} */
    static Stream<JsonNode> testsOf(String alert) {
        return ruleTests(alert).stream()
                .flatMap(file -> stream(yamlWithoutAliases(file).path("tests")));
    }

    /** {@return a promtool file} */
    static JsonNode yamlWithoutAliases(Path file) {
        try {
            return YAML.readTree(HEXADECIMAL.matcher(withoutAliases(file)).replaceAll("$1\"$2\""));
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    /** {@return the text of a promtool file, each alias replaced by the lines of its anchor: Jackson reads an alias as a name} */
    static String withoutAliases(Path file) {
        String source = text(file);
        List<MatchResult> anchors =
                new ArrayList<>(ANCHOR.matcher(source).results().toList());
        Collections.reverse(anchors); // the lines of an anchor may contain aliases of earlier ones
        String text = source;
        for (MatchResult anchor : anchors) {
            String deeper = " ".repeat(anchor.group(1).length() + 1);
            String lines = source.substring(anchor.end())
                    .lines()
                    .takeWhile(line -> line.startsWith(deeper))
                    .collect(Collectors.joining("\n"));
            text = text.replace(": *" + anchor.group(3) + "\n", ":\n" + lines + "\n");
        }
        return ANCHOR.matcher(text).replaceAll("$1$2:\n");
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Map<String, String> map(JsonNode node) {
        return JSON.convertValue(node, JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
    }
}
