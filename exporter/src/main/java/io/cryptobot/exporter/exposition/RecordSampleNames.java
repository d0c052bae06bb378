package io.cryptobot.exporter.exposition;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of the samples of one record. Immutable.
 *
 * @param series an id that is equal for two records if they would be the same series on the page
 * @param values the names of all samples: one for a counter or gauge; buckets, count and sum for a histogram; quantiles
 *     and count for a summary. Empty if the record uses a reserved label
 * @param created the name of the creation timestamp; null for a gauge or if creation timestamps are off
 */
record RecordSampleNames(
        String series, List<SampleName> values, @Nullable SampleName created) {
    /** Upper bound for the punctuation, {@code le} and the value of a sample. */
    private static final int SAMPLE_LENGTH = 48;

    RecordSampleNames {
        values = List.copyOf(values);
    }

    /** {@return an upper estimate for the number of characters of a record's samples on a page} */
    static long length(Descriptor descriptor) {
        int sample = SAMPLE_LENGTH + descriptor.name().length();
        for (Map.Entry<String, String> label : descriptor.labels().entrySet()) {
            sample += label.getKey().length() + label.getValue().length();
        }
        return (long) sample * (descriptor.valueCount() + 1);
    }

    /**
     * @param family the name of the record's family
     * @param createdTimestamps if on, the names include the creation timestamp
     */
    static RecordSampleNames of(String bot, String family, Descriptor descriptor, CreatedTimestamps createdTimestamps) {
        List<String> labels = new ArrayList<>(List.of("bot", bot));
        descriptor.labels().forEach((name, value) -> {
            labels.add(name);
            labels.add(value);
        });
        List<SampleName> values = new ArrayList<>();
        switch (descriptor.type()) {
            case GAUGE -> values.add(new SampleName(family, labels));
            case COUNTER -> values.add(new SampleName(family + Family.TOTAL, labels));
            case HISTOGRAM -> {
                String bucket = family + "_bucket";
                for (double bound : descriptor.bounds()) {
                    values.add(bound(bucket, labels, "le", bound));
                }
                values.add(bound(bucket, labels, "le", Double.POSITIVE_INFINITY));
                values.add(new SampleName(family + "_count", labels));
                values.add(new SampleName(family + "_sum", labels));
            }
            case SUMMARY -> {
                for (double quantile : descriptor.bounds()) {
                    values.add(bound(family, labels, "quantile", quantile));
                }
                values.add(new SampleName(family + "_count", labels));
            }
        }
        SampleName created = createdTimestamps == CreatedTimestamps.SHOWN && descriptor.type() != MetricType.GAUGE
                ? new SampleName(family + SampleName.CREATED, labels)
                : null;
        if (descriptor.labels().keySet().stream().anyMatch(RecordSampleNames::isReserved)) {
            values.clear();
        }
        return new RecordSampleNames(SampleName.text(family, labels), values, created);
    }

    private static boolean isReserved(String label) {
        return label.equals("bot") || label.equals("le") || label.equals("quantile") || label.startsWith("__");
    }

    private static SampleName bound(String name, List<String> labels, String label, double bound) {
        List<String> all = new ArrayList<>(labels);
        all.add(label);
        all.add(Numbers.canonical(bound));
        return new SampleName(name, all);
    }
}
