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
 * Caches the sample names of one bot between scrapes. This works because the records of a file stay the same objects
 * until the bot registers a new series. Not thread-safe.
 */
final class SampleNameCache {
    private final String bot;
    private final CreatedTimestamps createdTimestamps;
    /** Cached names by position in the file's list of series, so that there are never more entries than series. */
    private final List<@Nullable Known> records = new ArrayList<>();

    private final Map<MetricCatalog, SampleName> own = new EnumMap<>(MetricCatalog.class);
    private final Map<BadRecord, SampleName> bad = new EnumMap<>(BadRecord.class);

    /** @param createdTimestamps if on, the names include creation timestamps */
    SampleNameCache(String bot, CreatedTimestamps createdTimestamps) {
        this.bot = bot;
        this.createdTimestamps = createdTimestamps;
    }

    /** Has only a weak reference to the record, because the old records must be freed when the file is parsed again. */
    private static final class Known {
        private final WeakReference<Descriptor> record;
        private final long length;
        private @Nullable RecordSampleNames names;

        Known(Descriptor record) {
            this.record = new WeakReference<>(record);
            this.length = RecordSampleNames.length(record);
        }
    }

    /** {@return an upper estimate for the number of characters of all samples of a file on a page} */
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
     * @param place the position in the file's list of series
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
            records.set(place, null); // free the old names before new names are made
            known = new Known(descriptor);
            records.set(place, known);
        }
        return known;
    }

    /** {@return the name of the exporter's own sample about the bot} */
    SampleName exporterSample(Family family, MetricCatalog metric) {
        return own.computeIfAbsent(metric, missing -> new SampleName(family.sampleName(), List.of("bot", bot)));
    }

    /** {@return the name of the sample with the number of bad records} */
    SampleName badRecords(Family family, BadRecord reason) {
        return bad.computeIfAbsent(
                reason, missing -> new SampleName(family.sampleName(), List.of("bot", bot, "reason", reason.label())));
    }
}
