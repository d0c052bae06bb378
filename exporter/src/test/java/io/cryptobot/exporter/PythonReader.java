package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.exporter.exposition.PageFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A page as the Python client reads it: its parser of the text format, or its strict one of OpenMetrics. Immutable.
 *
 * @param samples values by sample name and labels
 * @param families what stands behind TYPE, HELP and UNIT, by family name
 */
record PythonReader(Map<Key, Double> samples, Map<String, Family> families) {
    private static final List<String> CANDIDATES = List.of("python3", "/usr/bin/python3");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    record Key(String name, Map<String, String> labels) {}

    record Family(String type, String help, String unit) {}

    /**
     * {@return the page as read}
     *
     * @throws AssertionError when the parser refuses it
     */
    static PythonReader read(PageFormat format, String page) throws IOException, InterruptedException {
        Path script = Path.of("src", "test", "resources", "readers", "parse.py");
        Path output = Files.createTempFile("page", ".json");
        try {
            Process process = new ProcessBuilder(python(), script.toString(), format.name())
                    .redirectOutput(output.toFile())
                    .start();
            try (OutputStream input = process.getOutputStream()) {
                input.write(page.getBytes(UTF_8));
            }
            String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(format + " refused: " + errors + "\n" + page);
            }
            return parsed(Files.readAllLines(output, UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    double value(String name, Map<String, String> labels) {
        Double value = samples.get(new Key(name, labels));
        if (value == null) {
            throw new AssertionError(name + labels + " is not on the page: " + samples.keySet());
        }
        return value;
    }

    /** Debian's package is for Debian's interpreter, and another one may stand before it on the path. */
    private static String python() throws InterruptedException {
        for (String candidate : CANDIDATES) {
            try {
                Process process = new ProcessBuilder(candidate, "-c", "import prometheus_client")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor() == 0) {
                    return candidate;
                }
            } catch (IOException e) {
                // not there: the next one
            }
        }
        throw new AssertionError(
                "no python3 with prometheus_client (Debian: apt-get install python3-prometheus-client)");
    }

    private static PythonReader parsed(List<String> lines) throws IOException {
        Map<Key, Double> samples = new HashMap<>();
        Map<String, Family> families = new TreeMap<>();
        List<Key> twice = new ArrayList<>();
        for (String line : lines) {
            JsonNode node = MAPPER.readTree(line);
            if (node.has("family")) {
                families.put(
                        node.get("family").asText(),
                        new Family(
                                node.get("type").asText(),
                                node.get("help").asText(),
                                node.path("unit").asText()));
                continue;
            }
            Map<String, String> labels = new TreeMap<>();
            node.get("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            Key key = new Key(node.get("name").asText(), labels);
            String text = node.get("value").asText();
            double value = switch (text) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                case "nan" -> Double.NaN;
                default -> Double.parseDouble(text);
            };
            if (samples.put(key, value) != null) {
                twice.add(key);
            }
        }
        if (!twice.isEmpty()) {
            throw new AssertionError("on the page twice: " + twice);
        }
        return new PythonReader(samples, families);
    }
}
