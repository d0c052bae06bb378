package io.cryptobot.telemetry.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One benchmark with one set of parameters, over all rounds. Confined to a thread. */
final class Result {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final JsonNode first;
    private final List<JsonNode> rounds = new ArrayList<>();

    Result(JsonNode first) {
        this.first = first;
    }

    /** What tells it from the others of its group. */
    static String key(JsonNode round) {
        return round.get("benchmark").asText() + round.path("params");
    }

    void add(JsonNode round) {
        rounds.add(round);
    }

    int rounds() {
        return rounds.size();
    }

    /** {@return the benchmark's method, for what is annotated there} */
    Method method() {
        String benchmark = first.get("benchmark").asText();
        int dot = benchmark.lastIndexOf('.');
        try {
            return Arrays.stream(Class.forName(benchmark.substring(0, dot)).getMethods())
                    .filter(method -> method.getName().equals(benchmark.substring(dot + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return the values of the parameters; {@code cryptobot} when there are none} */
    String name() {
        List<String> values = new ArrayList<>();
        first.path("params").forEach(value -> values.add(value.asText()));
        return values.isEmpty() ? "cryptobot" : String.join(", ", values);
    }

    boolean hasPeers() {
        return first.path("params").has("library");
    }

    boolean isSampled() {
        return first.get("mode").asText().equals("sample");
    }

    String unit() {
        return first.get("primaryMetric").get("scoreUnit").asText();
    }

    int threads() {
        return first.get("threads").asInt();
    }

    String jvm() {
        return first.get("vmName").asText() + " " + first.get("vmVersion").asText();
    }

    double score() {
        return median(Result::scoreOf);
    }

    double slowestRound() {
        return rounds.stream().mapToDouble(Result::scoreOf).max().orElseThrow();
    }

    double fastestRound() {
        return rounds.stream().mapToDouble(Result::scoreOf).min().orElseThrow();
    }

    double percentile(String percent) {
        return median(round -> percentile(round, percent));
    }

    /** {@return the shortest operation of all rounds, of a benchmark that samples} */
    double shortest() {
        return rounds.stream()
                .mapToDouble(round -> percentile(round, "0.0"))
                .min()
                .orElseThrow();
    }

    /** {@return the longest one} */
    double longest() {
        return rounds.stream()
                .mapToDouble(round -> percentile(round, "100.0"))
                .max()
                .orElseThrow();
    }

    /** {@return how many operations were sampled in all rounds} */
    long samples() {
        long samples = 0;
        for (JsonNode round : rounds) {
            for (JsonNode fork : round.get("primaryMetric").get("rawDataHistogram")) {
                for (JsonNode iteration : fork) {
                    for (JsonNode valueAndCount : iteration) {
                        samples += valueAndCount.get(1).asLong();
                    }
                }
            }
        }
        return samples;
    }

    private static double percentile(JsonNode round, String percent) {
        return round.get("primaryMetric").get("scorePercentiles").get(percent).asDouble();
    }

    /** {@return allocated bytes per operation; the profiler's own few bytes per second show up as thousandths} */
    double bytes() {
        return Math.round(10
                        * median(round -> round.get("secondaryMetrics")
                                .path(ALLOCATED)
                                .path("score")
                                .asDouble()))
                / 10.0;
    }

    /** {@return the names of what the benchmark counted beside its time} */
    List<String> counters() {
        List<String> names = new ArrayList<>();
        first.get("secondaryMetrics").fieldNames().forEachRemaining(name -> {
            if (!name.contains(".")) { // those of the profiler have dots
                names.add(name);
            }
        });
        return names;
    }

    double counter(String name) {
        return median(
                round -> round.get("secondaryMetrics").get(name).get("score").asDouble());
    }

    private double median(ToDoubleFunction<JsonNode> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double scoreOf(JsonNode round) {
        return round.get("primaryMetric").get("score").asDouble();
    }
}
