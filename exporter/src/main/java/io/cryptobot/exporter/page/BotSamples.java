package io.cryptobot.exporter.page;

import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import io.cryptobot.telemetry.counters.Descriptor;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
    private final Set<List<?>> seen = new HashSet<>();
    private final List<String> rejected = new ArrayList<>();

    private BotSamples(Families families, String bot, boolean up) {
        this.families = families;
        this.bot = bot;
        this.up = up;
    }

    /** {@return what was left out and why; empty when all is well} */
    static List<String> add(Families families, Bot bot) {
        BotSamples samples = new BotSamples(families, bot.name().value(), bot.up());
        CountersSnapshot snapshot = bot.snapshot();
        samples.addHeader(snapshot);
        for (Series series : snapshot.series()) {
            if (bot.up() || outlivesBot(series.descriptor())) {
                samples.addRecord(series);
            }
        }
        int badRecords = snapshot.damagedRecords() + samples.rejected.size();
        samples.addOwn(MetricCatalog.EXPORTER_BAD_RECORDS, badRecords);
        if (snapshot.damagedRecords() > 0) {
            samples.rejected.add(snapshot.damagedRecords() + " records fail their checks");
        }
        return samples.rejected;
    }

    private static boolean outlivesBot(Descriptor descriptor) {
        return MetricCatalog.byName(descriptor.name())
                .map(MetricCatalog::outlivesBot)
                .orElse(descriptor.type() != MetricType.GAUGE);
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
            rejected.add(metric.prometheusName() + " is negative: " + value);
            return;
        }
        MetricFamilySamples family = families.of(metric);
        String name = metric.type() == MetricType.COUNTER ? family.name + "_total" : family.name;
        family.samples.add(new Sample(name, List.of("bot"), List.of(bot), value));
    }

    private void addRecord(Series series) {
        Descriptor descriptor = series.descriptor();
        Optional<MetricFamilySamples> family =
                families.claimForRecord(descriptor.name(), descriptor.type(), descriptor.help());
        if (family.isEmpty()) {
            reject(descriptor, "its name is taken by a family of another type or by the exporter");
        } else if (hasReservedLabel(descriptor)) {
            reject(descriptor, "it has a label that is not its to give (bot, le, quantile or __*)");
        } else if (!isPlausible(series)) {
            reject(descriptor, "its count is negative");
        } else if (!seen.add(List.of(family.get().name, descriptor.labels()))) {
            reject(descriptor, "the file has it twice");
        } else {
            addSamples(family.get(), series);
        }
    }

    private void reject(Descriptor descriptor, String reason) {
        rejected.add(descriptor.name() + descriptor.labels() + ": " + reason);
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
            case COUNTER, SUMMARY -> series.value() >= 0;
            case HISTOGRAM -> {
                long previous = 0;
                boolean ascending = true;
                for (int index = 0; index <= series.descriptor().bounds().size(); index++) {
                    ascending &= series.cumulative(index) >= previous;
                    previous = series.cumulative(index);
                }
                yield ascending;
            }
        };
    }

    private void addSamples(MetricFamilySamples family, Series series) {
        List<String> names = new ArrayList<>(List.of("bot"));
        List<String> values = new ArrayList<>(List.of(bot));
        names.addAll(series.descriptor().labels().keySet());
        values.addAll(series.descriptor().labels().values());
        switch (series.descriptor().type()) {
            case GAUGE -> family.samples.add(new Sample(family.name, names, values, series.value()));
            case COUNTER -> family.samples.add(new Sample(family.name + "_total", names, values, series.value()));
            case HISTOGRAM -> addHistogram(family, series, names, values);
            case SUMMARY -> addSummary(family, series, names, values);
        }
    }

    /** A dead bot's quantiles would stand still and lie, as its gauges would; its count stays true. */
    private void addSummary(MetricFamilySamples family, Series series, List<String> names, List<String> values) {
        List<String> quantileNames = new ArrayList<>(names);
        quantileNames.add("quantile");
        for (int index = 0; up && index < series.descriptor().bounds().size(); index++) {
            if (!Double.isNaN(series.quantile(index))) {
                List<String> quantileValues = new ArrayList<>(values);
                quantileValues.add(
                        Collector.doubleToGoString(series.descriptor().bounds().get(index)));
                family.samples.add(new Sample(family.name, quantileNames, quantileValues, series.quantile(index)));
            }
        }
        family.samples.add(new Sample(family.name + "_count", names, values, series.value()));
    }

    private static void addHistogram(
            MetricFamilySamples family, Series series, List<String> names, List<String> values) {
        List<Double> bounds = series.descriptor().bounds();
        List<String> bucketNames = new ArrayList<>(names);
        bucketNames.add("le");
        for (int index = 0; index <= bounds.size(); index++) {
            double bound = index < bounds.size() ? bounds.get(index) : Double.POSITIVE_INFINITY;
            List<String> bucketValues = new ArrayList<>(values);
            bucketValues.add(Collector.doubleToGoString(bound));
            family.samples.add(
                    new Sample(family.name + "_bucket", bucketNames, bucketValues, series.cumulative(index)));
        }
        // The count is the last bucket and not a number of its own, so that the two cannot disagree.
        family.samples.add(new Sample(family.name + "_count", names, values, series.value()));
        family.samples.add(new Sample(family.name + "_sum", names, values, series.sum()));
    }
}
