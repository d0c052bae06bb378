package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.sentry.SentryDelivery.Result;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;

/**
 * Counts events by result. Buffers the counts until telemetry is open, because error reporting starts first and also
 * reports a failed start of telemetry. Thread-safe; all fields are guarded by "this".
 */
final class EventCounts {
    private final Map<Result, Long> early = new EnumMap<>(Result.class);
    private final Map<Result, FileCounter> counters = new EnumMap<>(Result.class);

    synchronized void count(Result result) {
        FileCounter counter = counters.get(result);
        if (counter == null) {
            early.merge(result, 1L, Long::sum);
        } else {
            counter.inc();
        }
    }

    /**
     * Creates the counters of all results at 0, because Prometheus does not see the first increment of a counter whose
     * first sample is above 0.
     */
    synchronized void moveTo(Telemetry telemetry) {
        for (Result result : EnumSet.complementOf(EnumSet.of(Result.TIMED_OUT))) {
            FileCounter counter =
                    telemetry.counter(MetricCatalog.SENTRY_EVENTS, result.name().toLowerCase(Locale.ROOT));
            counters.put(result, counter);
            counter.inc(early.getOrDefault(result, 0L));
        }
        early.clear();
    }
}
