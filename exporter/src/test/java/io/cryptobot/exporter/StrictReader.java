package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.exposition.ExpositionFormat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of either format, read line by line with no mercy for what real readers forgive. Immutable. */
record StrictReader(Map<String, Double> samples) {
    private static final Pattern META = Pattern.compile("# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)");
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\n\"])*\"";
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)"
            + "(?:\\{(" + LABEL + "(?:," + LABEL + ")*)\\})?"
            + " (NaN|[+-]Inf|-?[0-9.]+(?:E-?[0-9]+)?)");
    private static final Pattern BUCKET = Pattern.compile("(.*_)bucket\\{(.*)le=\"([^\"]*)\"\\}");

    /** {@return the page}
     *
     * @throws AssertionError with the first line that is wrong
     */
    static StrictReader read(ExpositionFormat format, String page) {
        assertThat(page).as("the last line ends").endsWith(format == ExpositionFormat.TEXT ? "\n" : "\n# EOF\n");
        Map<String, Double> samples = new LinkedHashMap<>();
        Set<String> families = new HashSet<>();
        String family = "";
        for (String line : page.split("\n", -1)) {
            Matcher meta = META.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (meta.matches()) {
                if (!meta.group(2).equals(family)) {
                    assertThat(families.add(meta.group(2)))
                            .as("family in one piece: %s", line)
                            .isTrue();
                    family = meta.group(2);
                }
            } else if (sample.matches()) {
                assertThat(sample.group(1)).as("sample under its family").startsWith(family);
                String series = line.substring(0, line.lastIndexOf(' '));
                Double before = samples.put(series, number(sample.group(3)));
                assertThat(before).as("once on the page: %s", line).isNull();
            } else {
                assertThat(line).isIn("", "# EOF");
            }
        }
        checkBuckets(samples);
        return new StrictReader(samples);
    }

    private static void checkBuckets(Map<String, Double> samples) {
        Map<String, Double> last = new HashMap<>();
        samples.forEach((series, value) -> {
            Matcher bucket = BUCKET.matcher(series);
            if (bucket.matches()) {
                String histogram = bucket.group(1) + "count{" + bucket.group(2).replaceAll(",$", "") + "}";
                assertThat(value).as(series).isGreaterThanOrEqualTo(last.getOrDefault(histogram, 0.0));
                last.put(histogram, value);
                if (bucket.group(3).equals("+Inf")) {
                    assertThat(value).as(series).isEqualTo(samples.get(histogram));
                }
            }
        });
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
