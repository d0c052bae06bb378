package io.cryptobot.smoke.chain;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A bot's order counters, read from its file as the exporter reads them. Immutable. */
public record OrderCounts(RunDirectory runDirectory, InstanceName bot) {
    /**
     * {@return the value of a counter, or of a histogram its count, in a mode}
     *
     * @throws IOException if the counters file cannot be read or does not have the series
     */
    public long read(MetricCatalog metric, OrderMode mode) throws IOException {
        return read(metric, Map.of("mode", mode.label()));
    }

    /**
     * {@return how many live orders have an unknown outcome now}
     *
     * @throws IOException when the counters file cannot be read
     */
    public long unknownOrders() throws IOException {
        return read(MetricCatalog.ORDERS_UNKNOWN, Map.of());
    }

    /**
     * {@return how many unknown live orders were found to be absent at the exchange}
     *
     * @throws IOException when the counters file cannot be read
     */
    public long absentOrders() throws IOException {
        return read(MetricCatalog.ORDERS_RESOLVED, Map.of("outcome", "absent"));
    }

    private long read(MetricCatalog metric, Map<String, String> labels) throws IOException {
        Path file = runDirectory.countersFile(bot);
        try (CountersReader reader = CountersReader.open(file, bot)) {
            for (CountersSnapshot.Series series : reader.snapshot().series()) {
                if (series.descriptor().name().equals(metric.prometheusName())
                        && series.descriptor().labels().entrySet().containsAll(labels.entrySet())) {
                    return (long) series.value();
                }
            }
        } catch (CountersFileException e) {
            throw new IOException(e.getMessage(), e);
        }
        throw new IOException(file + " has no " + metric.prometheusName() + " with " + labels);
    }
}
