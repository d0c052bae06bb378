package io.cryptobot.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A promtool test in which some scrapes fail: every series of the test is stale at that moment, and {@code up} is 0, as Prometheus
 * writes them. Only scrapes that bring nothing new fail, so that the test expects the same.
 *
 * @param name which scrapes fail
 * @param test the changed test
 */
record ScrapeGaps(String name, JsonNode test) {

    /** Rules read the last value of the last minute. */
    private static final int LONGEST_GAP_S = 50;

    private static final Pattern ITEM =
            Pattern.compile("(_|stale|[-+]?[\\d.]+(?:[eE][-+]?\\d+)?)(?:([-+][\\d.]+(?:[eE][-+]?\\d+)?)?x(\\d+))?");
    private static final double ABSENT = Double.NaN;
    private static final double STALE = Double.NEGATIVE_INFINITY;

    /** {@return the variants of a test; none where its samples are too far apart} */
    static List<ScrapeGaps> of(JsonNode test) {
        int interval = Promql.seconds(test.path("interval").asText());
        int longest = LONGEST_GAP_S / interval - 1; // scrapes that may fail in a row
        List<double[]> series = new ArrayList<>();
        test.path("input_series")
                .forEach(each -> series.add(values(each.path("values").asText())));
        BitSet free = withoutNews(series);
        Map<String, BitSet> failed = new LinkedHashMap<>();
        if (longest >= 1) {
            failed.put("every 2nd scrape fails", pattern(free, 2, 1));
            failed.put("one of 5 scrapes fails", pattern(free, 5, 1));
        }
        // a growing value that stands still for long moves the moment at which it passes a limit
        boolean growing = free.stream()
                .anyMatch(i -> series.stream().anyMatch(values -> i < values.length && values[i] > values[i - 1]));
        if (longest >= 2 && !growing) {
            failed.put(longest + " scrapes in a row fail", pattern(free, 2 * longest + 1, longest));
        }
        failed.values().removeIf(BitSet::isEmpty);
        return failed.entrySet().stream()
                .map(each -> new ScrapeGaps(each.getKey(), failing(test, series, each.getValue())))
                .toList();
    }

    /** {@return the samples at which every series goes on as before, and also at the next} */
    private static BitSet withoutNews(List<double[]> series) {
        int length = series.stream().mapToInt(values -> values.length).max().orElse(0);
        BitSet free = new BitSet(length);
        IntStream.range(1, length - 1)
                .filter(i -> series.stream().allMatch(values -> isSteady(values, i)))
                .forEach(free::set);
        return free;
    }

    private static boolean isSteady(double[] values, int i) {
        double before = at(values, i - 1);
        double now = at(values, i);
        double next = at(values, i + 1);
        return (Double.isNaN(before) && Double.isNaN(now) && Double.isNaN(next))
                || (Math.abs(next - 2 * now + before) < 1e-9 && now != STALE);
    }

    private static double at(double[] values, int i) {
        return i < values.length ? values[i] : ABSENT;
    }

    /** Of the free samples in a row, {@code failed} of each {@code period}; the first of a row succeeds. */
    private static BitSet pattern(BitSet free, int period, int failed) {
        BitSet chosen = new BitSet();
        for (int start = free.nextSetBit(0); start >= 0; start = free.nextSetBit(free.nextClearBit(start))) {
            for (int i = start; free.get(i); i++) {
                chosen.set(i, (i - start + 1) % period >= period - failed);
            }
        }
        return chosen;
    }

    /** {@return a copy of the test in which these scrapes fail} */
    private static JsonNode failing(JsonNode test, List<double[]> series, BitSet failed) {
        JsonNode copy = test.deepCopy();
        for (int s = 0; s < series.size(); s++) {
            ObjectNode each = (ObjectNode) copy.path("input_series").get(s);
            String selector = each.path("series").asText();
            double[] values = series.get(s);
            each.put(
                    "values",
                    IntStream.range(0, values.length)
                            .mapToObj(i -> failed.get(i) && isScraped(selector) && !Double.isNaN(values[i])
                                    ? selector.startsWith("up{") ? "0" : "stale"
                                    : text(values[i]))
                            .collect(Collectors.joining(" ")));
        }
        return copy;
    }

    /** Prometheus writes recorded series and ALERTS itself. */
    private static boolean isScraped(String selector) {
        String name = selector.replaceFirst("\\{.*", "");
        return !name.contains(":") && !name.equals("ALERTS");
    }

    private static String text(double value) {
        return Double.isNaN(value)
                ? "_"
                : value == STALE ? "stale" : BigDecimal.valueOf(value).toPlainString();
    }

    /** Reads promtool's notation, e.g. {@code 1x9 0 _x3 stale 0+15x20}. */
    private static double[] values(String notation) {
        List<Double> values = new ArrayList<>();
        for (String item : notation.strip().split("\\s+")) {
            Matcher matcher = ITEM.matcher(item);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(notation + ": " + item);
            }
            String first = matcher.group(1);
            int more = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
            double step = matcher.group(2) == null ? 0 : Double.parseDouble(matcher.group(2));
            double value = first.equals("_") ? ABSENT : first.equals("stale") ? STALE : Double.parseDouble(first);
            // "_x3" is three samples, "1x3" is four
            int samples = first.equals("_") && more > 0 ? more : more + 1;
            for (int i = 0; i < samples; i++) {
                values.add(value + (step == 0 ? 0 : i * step));
            }
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
