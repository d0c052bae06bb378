package io.cryptobot.exporter.exposition;

import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import io.cryptobot.telemetry.counters.Descriptor;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Adds one bot's samples to the families of a page. A bad record is left out and counted, because the file
 * comes from another process. Confined to one scrape.
 */
final class BotSamples {
    private final Families families;
    private final SampleNameCache names;
    private final boolean up;
    private final Set<String> seen = new HashSet<>();
    private final Rejections rejected = new Rejections();

    private BotSamples(Families families, Bot bot, SampleNameCache names) {
        this.families = families;
        this.names = names;
        this.up = bot.up();
    }

    /**
     * {@return the records that were left out}
     *
     * @param names the cached sample names of this bot
     */
    static Rejections add(Families families, Bot bot, SampleNameCache names) {
        BotSamples samples = begin(families, bot, names);
        List<Series> series = bot.snapshot().series();
        names.trim(series.size());
        for (int place = 0; place < series.size(); place++) {
            if (samples.isShown(series.get(place))) {
                samples.addRecord(place, series.get(place));
            }
        }
        return samples.finish(bot.snapshot());
    }

    /**
     * Like {@link #add}, for a bot whose series have no space on the page: adds only the exporter's samples about the
     * bot.
     */
    static Rejections addWithoutSeries(Families families, Bot bot, SampleNameCache names) {
        BotSamples samples = begin(families, bot, names);
        names.trim(0);
        int shown =
                (int) bot.snapshot().series().stream().filter(samples::isShown).count();
        samples.rejected.add(BadRecord.NO_ROOM, shown, "all " + shown + " series");
        return samples.finish(bot.snapshot());
    }

    private static BotSamples begin(Families families, Bot bot, SampleNameCache names) {
        BotSamples samples = new BotSamples(families, bot, names);
        samples.addHeader(bot.snapshot());
        return samples;
    }

    private boolean isShown(Series series) {
        return up || outlivesBot(series.descriptor());
    }

    private Rejections finish(CountersSnapshot snapshot) {
        if (snapshot.damagedRecords() > 0) {
            rejected.add(BadRecord.DAMAGED, snapshot.damagedRecords(), snapshot.damagedRecords() + " records");
        }
        Family bad = families.of(MetricCatalog.EXPORTER_BAD_RECORDS);
        for (BadRecord reason : BadRecord.values()) {
            if (reason != BadRecord.OWN_METRIC) {
                bad.add(names.badRecords(bad, reason), rejected.count(reason));
            }
        }
        return rejected;
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

    /** Adds a number of the file's header. Such numbers have no checksum; a negative number is left out. */
    private void addOwn(MetricCatalog metric, double value) {
        if (value < 0) {
            rejected.add(BadRecord.IMPOSSIBLE_VALUE, 1, metric.prometheusName() + " " + value);
        } else {
            Family family = families.of(metric);
            family.add(names.exporterSample(family, metric), value);
        }
    }

    private void addRecord(int place, Series series) {
        Descriptor descriptor = series.descriptor();
        Optional<Family> family = families.claimForRecord(descriptor.name(), descriptor.type(), descriptor.help());
        if (family.isEmpty()) {
            reject(BadRecord.NAME_TAKEN, descriptor);
            return;
        }
        RecordSampleNames record = names.of(place, descriptor, family.get().name());
        if (record.values().isEmpty()) {
            reject(BadRecord.RESERVED_LABEL, descriptor);
        } else if (!isPlausible(series)) {
            reject(BadRecord.IMPOSSIBLE_VALUE, descriptor);
        } else if (!seen.add(record.series())) {
            reject(BadRecord.DUPLICATE, descriptor);
        } else {
            addSamples(family.get(), record, series);
        }
    }

    private void reject(BadRecord reason, Descriptor descriptor) {
        rejected.add(reason, 1, descriptor.name() + descriptor.labels());
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

    private void addSamples(Family family, RecordSampleNames record, Series series) {
        switch (series.descriptor().type()) {
            case GAUGE, COUNTER -> family.add(record.values().get(0), series.value());
            case HISTOGRAM -> addHistogram(family, record, series);
            case SUMMARY -> addSummary(family, record, series);
        }
        SampleName created = record.created();
        if (created != null && series.createdMs() > 0) {
            family.add(created, series.createdMs() / 1_000.0);
        }
    }

    /**
     * Leaves out the quantiles of a dead bot, because they are stale; its counts are still right. OpenMetrics forbids
     * negative quantile values.
     */
    private void addSummary(Family family, RecordSampleNames record, Series series) {
        int quantiles = series.descriptor().bounds().size();
        for (int index = 0; up && index < quantiles; index++) {
            double value = series.quantile(index);
            if (value < 0) {
                reject(BadRecord.IMPOSSIBLE_VALUE, series.descriptor());
            } else if (!Double.isNaN(value)) {
                family.add(record.values().get(index), value);
            }
        }
        family.add(record.values().get(quantiles), series.value());
    }

    private static void addHistogram(Family family, RecordSampleNames record, Series series) {
        int buckets = series.descriptor().bounds().size() + 1;
        for (int index = 0; index < buckets; index++) {
            family.add(record.values().get(index), (double) series.cumulative(index));
        }
        // A sum that can decrease is not a counter: OpenMetrics allows no sum with negative bounds, and no count
        // without a sum.
        if (!hasNegativeBounds(series.descriptor())) {
            // The count is the value of the last bucket, so that both always agree.
            family.add(record.values().get(buckets), series.value());
            family.add(record.values().get(buckets + 1), series.sum());
        }
    }
}
