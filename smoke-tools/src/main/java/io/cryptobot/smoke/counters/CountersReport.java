package io.cryptobot.smoke.counters;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.DistinctError;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The content of a counters file, for a person or a script. Texts of the file are redacted and cleared of control characters:
 * nothing in it is trusted. Immutable.
 */
record CountersReport(String bot, BotState state, CountersSnapshot snapshot) {
    private static final String SCHEMA = "cryptobot.counters/v1";
    /** Maximum column of the values, except after longer names: a terminal of 80 columns shows them on the same line. */
    private static final int NAME_WIDTH = 58;

    void printHeader(PrintWriter out) {
        CountersSnapshot.Owner owner = snapshot.owner();
        out.println("bot               " + oneLine(bot));
        out.println("pid               " + owner.pid());
        out.println("state             " + state.words());
        out.println("started           " + time(owner.startMs()));
        out.println("restarts          " + owner.restarts());
        out.println("unclean restarts  " + owner.uncleanRestarts());
        out.println("last heartbeat    " + time(owner.heartbeatMs()));
        out.println("trading loop      "
                + (owner.loopMs() == 0
                        ? "not reported"
                        : "turn " + owner.loopSequence() + " at " + time(owner.loopMs())));
        if (snapshot.damagedRecords() > 0) {
            out.println("damaged records   " + snapshot.damagedRecords() + ", left out below");
        }
        if (snapshot.droppedSeries() != 0) {
            out.println("dropped series    " + snapshot.droppedSeries()
                    + ", did not fit; set CRYPTOBOT_MAX_SERIES and restart the bot");
        }
    }

    /** Prints a line for each series, with its rate per second where there is one. */
    void printSeries(PrintWriter out, Map<String, Double> rates) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (CountersSnapshot.Series series : snapshot.series()) {
            lines.put(name(series), text(series));
        }
        int width = lines.keySet().stream()
                .mapToInt(name -> Math.min(name.length(), NAME_WIDTH))
                .max()
                .orElse(0);
        lines.forEach((name, text) -> {
            Double rate = rates.get(name);
            out.println(name + " ".repeat(Math.max(0, width - name.length())) + "  " + text
                    + (rate == null ? "" : String.format(Locale.ROOT, "  %.1f/s", rate)));
        });
    }

    /** {@return the values that have a rate: counters, and the number of observations of histograms and summaries} */
    Map<String, Double> counts() {
        return snapshot.series().stream()
                .filter(series -> series.descriptor().type() != MetricType.GAUGE)
                .collect(Collectors.toMap(
                        CountersReport::name, CountersSnapshot.Series::value, (first, second) -> second));
    }

    private static String text(CountersSnapshot.Series series) {
        return switch (series.descriptor().type()) {
            case COUNTER, GAUGE -> number(series.value());
            case HISTOGRAM ->
                "count " + number(series.value()) + "  p50 " + quantile(series, 0.5) + "  p95 " + quantile(series, 0.95)
                        + "  p99 " + quantile(series, 0.99) + "  sum " + number(series.sum());
            case SUMMARY -> {
                StringBuilder text = new StringBuilder("count " + number(series.value()));
                List<Double> quantiles = series.descriptor().bounds();
                for (int index = 0; index < quantiles.size(); index++) {
                    text.append("  q").append(quantiles.get(index)).append(' ').append(number(series.quantile(index)));
                }
                yield text.toString();
            }
        };
    }

    /** Estimated as histogram_quantile does it, to show the same value as the alert. */
    private static String quantile(CountersSnapshot.Series series, double quantile) {
        List<Double> bounds = series.descriptor().bounds();
        double rank = quantile * series.cumulative(bounds.size());
        if (rank <= 0) {
            return "-";
        }
        for (int index = 0; index < bounds.size(); index++) {
            long below = index == 0 ? 0 : series.cumulative(index - 1);
            long upTo = series.cumulative(index);
            if (upTo >= rank && upTo > below) {
                double lower = index == 0 ? 0 : bounds.get(index - 1);
                return String.format(
                        Locale.ROOT, "%.1f", lower + (bounds.get(index) - lower) * (rank - below) / (upTo - below));
            }
        }
        return ">" + number(bounds.get(bounds.size() - 1));
    }

    ObjectNode json(List<DistinctError> errors) {
        CountersSnapshot.Owner owner = snapshot.owner();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schema", SCHEMA)
                .put("bot", oneLine(bot))
                .put("state", state.name().toLowerCase(Locale.ROOT))
                .put("pid", owner.pid())
                .put("startedMs", owner.startMs())
                .put("restarts", owner.restarts())
                .put("uncleanRestarts", owner.uncleanRestarts())
                .put("heartbeatSequence", owner.heartbeatSequence())
                .put("heartbeatMs", owner.heartbeatMs())
                .put("loopSequence", owner.loopSequence())
                .put("loopMs", owner.loopMs())
                .put("damagedRecords", snapshot.damagedRecords())
                .put("droppedSeries", snapshot.droppedSeries());
        ArrayNode all = document.putArray("series");
        snapshot.series().forEach(series -> addSeries(all.addObject(), series));
        ArrayNode errorArray = document.putArray("errors");
        for (DistinctError error : errors) {
            errorArray
                    .addObject()
                    .put("text", oneLine(error.text()))
                    .put("count", error.count())
                    .put("firstMs", error.firstMs())
                    .put("lastMs", error.lastMs());
        }
        return document;
    }

    private static void addSeries(ObjectNode node, CountersSnapshot.Series series) {
        node.put("name", series.descriptor().name())
                .put("type", series.descriptor().type().prometheusName())
                .put("createdMs", series.createdMs());
        ObjectNode labels = node.putObject("labels");
        series.descriptor().labels().forEach((name, value) -> labels.put(name, oneLine(value)));
        List<Double> bounds = series.descriptor().bounds();
        switch (series.descriptor().type()) {
            case COUNTER, GAUGE -> putNumber(node, "value", series.value());
            case HISTOGRAM -> {
                putNumber(node, "count", series.value());
                putNumber(node, "sum", series.sum());
                ArrayNode buckets = node.putArray("buckets");
                for (int index = 0; index <= bounds.size(); index++) {
                    buckets.addObject()
                            .put("le", index == bounds.size() ? "+Inf" : number(bounds.get(index)))
                            .put("count", series.cumulative(index));
                }
            }
            case SUMMARY -> {
                putNumber(node, "count", series.value());
                ArrayNode quantiles = node.putArray("quantiles");
                for (int index = 0; index < bounds.size(); index++) {
                    ObjectNode quantile = quantiles.addObject().put("quantile", number(bounds.get(index)));
                    putNumber(quantile, "value", series.quantile(index));
                }
            }
        }
    }

    /** JSON has no infinity and no NaN: those are texts. */
    private static void putNumber(ObjectNode node, String field, double value) {
        if (!Double.isFinite(value)) {
            node.put(field, number(value));
        } else if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            node.put(field, (long) value);
        } else {
            node.put(field, value);
        }
    }

    private static String name(CountersSnapshot.Series series) {
        Map<String, String> labels = series.descriptor().labels();
        return series.descriptor().name()
                + (labels.isEmpty()
                        ? ""
                        : labels.entrySet().stream()
                                .map(label -> label.getKey() + "=\"" + oneLine(label.getValue()) + "\"")
                                .collect(Collectors.joining(",", "{", "}")));
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static Instant time(long unixMs) {
        return Instant.ofEpochMilli(unixMs);
    }

    /** Redacted, and without what could move a terminal's cursor, change its writing direction or begin a line of its own. */
    static String oneLine(String text) {
        return Redactor.redact(text)
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ")
                .strip();
    }
}
