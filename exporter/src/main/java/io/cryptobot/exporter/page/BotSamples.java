package io.cryptobot.exporter.page;

import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import io.cryptobot.telemetry.counters.Descriptor;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds one bot's samples to the families of a page. What would spoil the page is left out and counted: the file is input
 * from another process. Confined to one scrape.
 */
final class BotSamples {
    private final Families families;
    private final String bot;
    private final boolean up;
    private final boolean createdTimestamps;
    private final Set<List<?>> seen = new HashSet<>();
    private final Rejections rejected = new Rejections();

    private BotSamples(Families families, String bot, boolean up, boolean createdTimestamps) {
        this.families = families;
        this.bot = bot;
        this.up = up;
        this.createdTimestamps = createdTimestamps;
    }

    /**
     * {@return what was left out}
     *
     * @param fits whether the page has room for the bot's series, and not only for what the exporter says about it
     */
    static Rejections add(Families families, Bot bot, boolean fits, boolean createdTimestamps) {
        BotSamples samples = new BotSamples(families, bot.name().value(), bot.up(), createdTimestamps);
        samples.add(bot.snapshot(), fits);
        return samples.rejected;
    }

    private void add(CountersSnapshot snapshot, boolean fits) {
        addHeader(snapshot);
        List<Series> shown = snapshot.series().stream()
                .filter(series -> up || outlivesBot(series.descriptor()))
                .toList();
        if (fits) {
            shown.forEach(this::addRecord);
        } else {
            rejected.add(BadRecord.NO_ROOM, shown.size(), "all " + shown.size() + " series");
        }
        if (snapshot.damagedRecords() > 0) {
            rejected.add(BadRecord.DAMAGED, snapshot.damagedRecords(), snapshot.damagedRecords() + " records");
        }
        for (BadRecord reason : BadRecord.values()) {
            if (reason != BadRecord.OWN_METRIC) {
                families.add(
                        MetricCatalog.EXPORTER_BAD_RECORDS,
                        Map.of("bot", bot, "reason", reason.label()),
                        rejected.count(reason));
            }
        }
    }

    private static boolean outlivesBot(Descriptor descriptor) {
        return descriptor.type() != MetricType.GAUGE
                || MetricCatalog.byName(descriptor.name())
                        .map(MetricCatalog::outlivesBot)
                        .orElse(false);
    }

    private void addHeader(CountersSnapshot snapshot) {
        Owner owner = snapshot.owner();
        addOwn(MetricCatalog.UP, up ? 1 : 0);
        addOwn(MetricCatalog.CLEAN_EXIT, owner.cleanExit() ? 1 : 0);
        addOwn(MetricCatalog.HEARTBEAT_TIMESTAMP, owner.heartbeatMs() / 1_000.0);
        addOwn(MetricCatalog.START_TIME, owner.startMs() / 1_000.0);
        if (owner.loopMs() > 0) {
            addOwn(MetricCatalog.TRADING_LOOP_TIMESTAMP, owner.loopMs() / 1_000.0);
        }
        addOwn(MetricCatalog.RESTARTS, (double) owner.restarts());
        addOwn(MetricCatalog.UNCLEAN_RESTARTS, (double) owner.uncleanRestarts());
        addOwn(MetricCatalog.DROPPED_SERIES, (double) snapshot.droppedSeries());
    }

    /** These numbers have no checksum in the file; none of them can be negative. */
    private void addOwn(MetricCatalog metric, double value) {
        if (value < 0) {
            rejected.add(BadRecord.IMPOSSIBLE_VALUE, 1, metric.prometheusName() + " " + value);
        } else {
            families.add(metric, Map.of("bot", bot), value);
        }
    }

    private void addRecord(Series series) {
        Descriptor descriptor = series.descriptor();
        Optional<MetricFamilySamples> family =
                families.claimForRecord(descriptor.name(), descriptor.type(), descriptor.help());
        if (family.isEmpty()) {
            reject(BadRecord.NAME_TAKEN, descriptor);
        } else if (hasReservedLabel(descriptor)) {
            reject(BadRecord.RESERVED_LABEL, descriptor);
        } else if (!isPlausible(series)) {
            reject(BadRecord.IMPOSSIBLE_VALUE, descriptor);
        } else if (!seen.add(List.of(family.get().name, descriptor.labels()))) {
            reject(BadRecord.DUPLICATE, descriptor);
        } else {
            addSamples(family.get(), series);
        }
    }

    private void reject(BadRecord reason, Descriptor descriptor) {
        rejected.add(reason, 1, descriptor.name() + descriptor.labels());
    }

    private static boolean hasReservedLabel(Descriptor descriptor) {
        return descriptor.labels().keySet().stream()
                .anyMatch(label -> label.equals("bot")
                        || label.equals("le")
                        || label.equals("quantile")
                        || label.startsWith("__"));
    }

    private static boolean isPlausible(Series series) {
        return switch (series.descriptor().type()) {
            case GAUGE -> true;
            case COUNTER -> series.value() >= 0;
            case SUMMARY ->
                series.value() >= 0
                        && series.descriptor().bounds().stream().allMatch(quantile -> quantile >= 0 && quantile <= 1);
            case HISTOGRAM -> isPlausibleHistogram(series);
        };
    }

    private static boolean isPlausibleHistogram(Series series) {
        long previous = 0;
        for (int index = 0; index <= series.descriptor().bounds().size(); index++) {
            long cumulative = series.cumulative(index);
            if (cumulative < previous) {
                return false;
            }
            previous = cumulative;
        }
        return series.sum() >= 0 || hasNegativeBounds(series.descriptor());
    }

    private static boolean hasNegativeBounds(Descriptor histogram) {
        return histogram.bounds().get(0) < 0;
    }

    private void addSamples(MetricFamilySamples family, Series series) {
        List<String> names = with("bot", series.descriptor().labels().keySet());
        List<String> values = with(bot, series.descriptor().labels().values());
        switch (series.descriptor().type()) {
            case GAUGE -> family.samples.add(new Sample(family.name, names, values, series.value()));
            case COUNTER -> family.samples.add(new Sample(family.name + Families.TOTAL, names, values, series.value()));
            case HISTOGRAM -> addHistogram(family, series, names, values);
            case SUMMARY -> addSummary(family, series, names, values);
        }
        if (createdTimestamps && series.descriptor().type() != MetricType.GAUGE && series.createdMs() > 0) {
            family.samples.add(new Sample(family.name + "_created", names, values, series.createdMs() / 1_000.0));
        }
    }

    /**
     * A dead bot's quantiles would stand still and lie, as its gauges would; its count stays true. OpenMetrics forbids
     * negative values of quantiles.
     */
    private void addSummary(MetricFamilySamples family, Series series, List<String> names, List<String> values) {
        List<String> quantileNames = with(names, "quantile");
        List<Double> quantiles = series.descriptor().bounds();
        for (int index = 0; up && index < quantiles.size(); index++) {
            double value = series.quantile(index);
            if (value < 0) {
                reject(BadRecord.IMPOSSIBLE_VALUE, series.descriptor());
            } else if (!Double.isNaN(value)) {
                List<String> quantileValues = with(values, Numbers.canonical(quantiles.get(index)));
                family.samples.add(new Sample(family.name, quantileNames, quantileValues, value));
            }
        }
        family.samples.add(new Sample(family.name + "_count", names, values, series.value()));
    }

    private static void addHistogram(
            MetricFamilySamples family, Series series, List<String> names, List<String> values) {
        List<Double> bounds = series.descriptor().bounds();
        List<String> bucketNames = with(names, "le");
        String bucket = family.name + "_bucket";
        for (int index = 0; index <= bounds.size(); index++) {
            double bound = index < bounds.size() ? bounds.get(index) : Double.POSITIVE_INFINITY;
            List<String> bucketValues = with(values, Numbers.canonical(bound));
            family.samples.add(new Sample(bucket, bucketNames, bucketValues, series.cumulative(index)));
        }
        // A sum that can fall is no counter: OpenMetrics allows none beside negative bounds, and no count without a
        // sum.
        if (!hasNegativeBounds(series.descriptor())) {
            // The count is the last bucket and not a number of its own, so that the two cannot disagree.
            family.samples.add(new Sample(family.name + "_count", names, values, series.value()));
            family.samples.add(new Sample(family.name + "_sum", names, values, series.sum()));
        }
    }

    private static List<String> with(String first, Collection<String> others) {
        List<String> list = new ArrayList<>(others.size() + 1);
        list.add(first);
        list.addAll(others);
        return list;
    }

    private static List<String> with(List<String> others, String last) {
        List<String> list = new ArrayList<>(others.size() + 1);
        list.addAll(others);
        list.add(last);
        return list;
    }
}
