package io.cryptobot.exporter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.exporter.exposition.ExpositionFormat;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.ChildProcess.Result;
import java.io.IOException;
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
    /** Guarded by the class. */
    private static String python;

    record Key(String name, Map<String, String> labels) {}

    record Family(String type, String help, String unit) {}

    /**
     * {@return the page as read}
     *
     * @throws AssertionError when the parser refuses it
     */
    static PythonReader read(ExpositionFormat format, String page) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("reader", ".err");
        try {
            Result result = ChildProcess.program(
                            python(), Path.of("src", "test", "resources", "readers", "parse.py"), format.name())
                    .input(page)
                    .errors(errors)
                    .run();
            if (result.exitCode() != 0) {
                throw new AssertionError(format + " refused: " + Files.readString(errors) + "\n" + page);
            }
            return parsed(result.output().lines().toList());
        } finally {
            Files.delete(errors);
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
    private static synchronized String python() {
        if (python == null) {
            python = CANDIDATES.stream()
                    .filter(PythonReader::hasPrometheusClient)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no python3 with prometheus_client"
                            + " (Debian: apt-get install python3-prometheus-client)"));
        }
        return python;
    }

    private static boolean hasPrometheusClient(String python) {
        try {
            return ChildProcess.program(python, "-c", "import prometheus_client")
                            .run()
                            .exitCode()
                    == 0;
        } catch (AssertionError missing) {
            return false;
        }
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
