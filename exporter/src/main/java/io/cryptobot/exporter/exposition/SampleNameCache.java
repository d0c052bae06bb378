package io.cryptobot.exporter.exposition;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.counters.CountersSnapshot.Series;
import io.cryptobot.telemetry.counters.Descriptor;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Caches the names of one bot's samples between scrapes: a file's records stay the same objects as long as the bot
 * registers nothing new. Not thread-safe.
 */
final class SampleNameCache {
    private final String bot;
    private final CreatedTimestamps createdTimestamps;
    /** By place in the file's list of series, so that there are never more of them than series. */
    private final List<@Nullable Known> records = new ArrayList<>();

    private final Map<MetricCatalog, SampleName> own = new EnumMap<>(MetricCatalog.class);
    private final Map<BadRecord, SampleName> bad = new EnumMap<>(BadRecord.class);

    /** @param createdTimestamps whether names for when a count began are wanted */
    SampleNameCache(String bot, CreatedTimestamps createdTimestamps) {
        this.bot = bot;
        this.createdTimestamps = createdTimestamps;
    }

    /**
     * Does not keep the record alive: when the file is parsed again, the old records must be freed before their names
     * are replaced.
     */
    private static final class Known {
        private final WeakReference<Descriptor> record;
        private final long length;
        private @Nullable RecordSampleNames names;

        Known(Descriptor record) {
            this.record = new WeakReference<>(record);
            this.length = RecordSampleNames.length(record);
        }
    }

    /** {@return about how many characters the samples of a file's series take on a page at most} */
    long length(List<Series> series) {
        long length = 0;
        for (int place = 0; place < series.size(); place++) {
            length += known(place, series.get(place).descriptor()).length;
        }
        return length;
    }

    /** Drops the names beyond the end of the file's list of series. */
    void trim(int series) {
        if (records.size() > series) {
            records.subList(series, records.size()).clear();
        }
    }

    /**
     * {@return the names of a record's samples}
     *
     * @param place in the file's list of series
     * @param family the name of the record's family
     */
    RecordSampleNames of(int place, Descriptor descriptor, String family) {
        Known known = known(place, descriptor);
        if (known.names == null) {
            known.names = RecordSampleNames.of(bot, family, descriptor, createdTimestamps);
        }
        return known.names;
    }

    private Known known(int place, Descriptor descriptor) {
        while (records.size() <= place) {
            records.add(null);
        }
        Known known = records.get(place);
        if (known == null || !known.record.refersTo(descriptor)) {
            records.set(place, null); // the old one is freed before the new one is made
            known = new Known(descriptor);
            records.set(place, known);
        }
        return known;
    }

    /** {@return the name of the exporter's own sample about the bot} */
    SampleName exporterSample(Family family, MetricCatalog metric) {
        return own.computeIfAbsent(metric, missing -> new SampleName(family.sampleName(), List.of("bot", bot)));
    }

    /** {@return the name of the count of records that were left out} */
    SampleName badRecords(Family family, BadRecord reason) {
        return bad.computeIfAbsent(
                reason, missing -> new SampleName(family.sampleName(), List.of("bot", bot, "reason", reason.label())));
    }
}
