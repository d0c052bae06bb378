package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Sampling;
import com.codahale.metrics.ScheduledReporter;
import com.codahale.metrics.Timer;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.Descriptor;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the metrics that a bot registered itself from its registry to the counters file: gauges of numbers and
 * booleans, and Dropwizard counters, which can fall, as gauges; meters as counters {@code <name>_total}; timers as
 * summaries in seconds {@code <name>_seconds}; histograms as summaries. Counts continue after a restart of the bot.
 *
 * <p>A metric that fails, or whose name is taken, is skipped; the others are copied. Each case is logged once.
 * Thread-safe.
 */
final class RegistryReporter extends ScheduledReporter {
    private static final Logger LOGGER = LoggerFactory.getLogger(RegistryReporter.class);
    private static final String NAME = "cryptobot-registry-reporter";
    private static final double SECONDS_PER_NANO = 1e-9;
    private static final long LAST_REPORT_TIMEOUT_MS = 1_000;

    /** The kinds of Dropwizard metrics, and their types and name suffixes in the file. */
    private enum Kind {
        GAUGE(MetricType.GAUGE, ""),
        COUNTER(MetricType.GAUGE, ""),
        METER(MetricType.COUNTER, "_total"),
        TIMER(MetricType.SUMMARY, "_seconds"),
        HISTOGRAM(MetricType.SUMMARY, "");

        final MetricType type;
        final String suffix;

        Kind(MetricType type, String suffix) {
            this.type = type;
            this.suffix = suffix;
        }

        String family(String registryName) {
            String name = FamilyNames.sanitized(registryName);
            return name.endsWith(suffix) ? name : name + suffix;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final CountersFile counters;
    private final ScheduledExecutorService executor;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final FamilyNames names = new FamilyNames();
    /** This field and all fields below are guarded by "this". */
    private final Map<Kind, Map<String, CopiedMetric>> copied = new EnumMap<>(Kind.class);

    private long reportNumber;

    /** Call {@link #start}, and {@link #stop} before you close the file. */
    RegistryReporter(MetricRegistry registry, CountersFile counters) {
        this(
                registry,
                counters,
                // a separate thread: a gauge that hangs must not stop the heartbeat
                Executors.newSingleThreadScheduledExecutor(task -> {
                    Thread thread = new Thread(task, NAME);
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    private RegistryReporter(MetricRegistry registry, CountersFile counters, ScheduledExecutorService executor) {
        super(
                registry,
                NAME,
                (name, metric) -> !(metric instanceof FileMetric),
                TimeUnit.SECONDS,
                TimeUnit.SECONDS,
                executor);
        this.counters = counters;
        this.executor = executor;
        for (Kind kind : Kind.values()) {
            copied.put(kind, new HashMap<>());
        }
    }

    /** Reports. Ignores a late error of the JVM about a truncated counters file. */
    @Override
    public void report() {
        try {
            super.report();
        } catch (InternalError e) {
            LOGGER.debug("A report was incomplete; the next report will be complete", e);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // the signature of Dropwizard
    public synchronized void report(
            SortedMap<String, Gauge> gauges,
            SortedMap<String, Counter> dropwizardCounters,
            SortedMap<String, Histogram> histograms,
            SortedMap<String, Meter> meters,
            SortedMap<String, Timer> timers) {
        reportNumber++;
        gauges.forEach((name, gauge) -> copy(Kind.GAUGE, name, entry -> entry.setGauge(gauge.getValue())));
        dropwizardCounters.forEach(
                (name, counter) -> copy(Kind.COUNTER, name, entry -> entry.setGauge(counter.getCount())));
        meters.forEach((name, meter) -> copy(Kind.METER, name, entry -> entry.count(meter)));
        timers.forEach((name, timer) -> copy(Kind.TIMER, name, entry -> {
            entry.setQuantiles(timer, SECONDS_PER_NANO);
            entry.count(timer);
        }));
        histograms.forEach((name, histogram) -> copy(Kind.HISTOGRAM, name, entry -> {
            entry.setQuantiles(histogram, 1);
            entry.count(histogram);
        }));
        copied.values().forEach(entries -> entries.values().forEach(CopiedMetric::forgetIfRemoved));
    }

    private void copy(Kind kind, String name, Consumer<CopiedMetric> reading) {
        CopiedMetric entry =
                Objects.requireNonNull(copied.get(kind)).computeIfAbsent(name, unused -> new CopiedMetric(kind, name));
        entry.lastReport = reportNumber;
        if (entry.leftOut) {
            return;
        }
        try {
            reading.accept(entry);
        } catch (Throwable e) { // code of the bot: if it throws, the other metrics are still copied
            entry.fail(e);
        }
    }

    /**
     * Reports one last time and stops. Waits at most one second for a hanging gauge, because a bot that shuts down must
     * not wait longer.
     */
    @Override
    public void stop() {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        executor.execute(this::reportForTheLastTime);
        executor.shutdown();
        boolean interrupted = Thread.interrupted(); // the last report is made also when the bot is being interrupted
        try {
            if (!executor.awaitTermination(LAST_REPORT_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                LOGGER.warn("The last report of the bot's own metrics timed out");
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void reportForTheLastTime() {
        report();
        copied.values().forEach(entries -> entries.values().forEach(CopiedMetric::rememberCount));
    }

    /** A metric of the registry and, after it had a value, its record in the file. */
    private final class CopiedMetric {
        private final Kind kind;
        private final String name;
        private @Nullable CopiedSeries series;
        private boolean leftOut;
        private boolean failed;
        private long lastReport;

        CopiedMetric(Kind kind, String name) {
            this.kind = kind;
            this.name = name;
        }

        /** Accepts numbers and booleans. A text or a list gets no record, because it is not a metric for Prometheus. */
        void setGauge(@Nullable Object value) {
            if (value instanceof Number number) {
                set(number.doubleValue());
            } else if (value instanceof Boolean truth) {
                set(truth ? 1 : 0);
            } else {
                forget();
            }
        }

        private void set(double value) {
            CopiedSeries to = series();
            if (to != null) {
                to.setGauge(value);
            }
        }

        void setQuantiles(Sampling metric, double factor) {
            CopiedSeries to = series();
            if (to != null) {
                to.setQuantiles(metric, factor);
            }
        }

        <M extends Metric & Counting> void count(M metric) {
            CopiedSeries to = series();
            if (to != null) {
                to.count(metric, metric.getCount());
            }
        }

        void fail(Throwable cause) {
            forget();
            if (!failed) {
                failed = true;
                LOGGER.warn("The {} {} failed and is unknown until it can be read: {}", kind, name, cause.toString());
            }
        }

        void forgetIfRemoved() {
            if (lastReport == reportNumber - 1) {
                forget();
            }
        }

        private void forget() {
            if (series != null) {
                series.forget();
            }
        }

        void rememberCount() {
            if (series != null) {
                series.rememberCount();
            }
        }

        /** {@return the record; null if its name is already used} */
        private @Nullable CopiedSeries series() {
            if (series == null && !leftOut) {
                String family = kind.family(name);
                Optional<String> owner = names.claim(family, kind.type, "the " + kind + " " + name);
                if (owner.isPresent()) {
                    leftOut = true;
                    LOGGER.warn("The {} {} is left out: its name {} is taken by {}", kind, name, family, owner.get());
                } else {
                    series = new CopiedSeries(counters.register(descriptor(family)), kind.type);
                }
            }
            return series;
        }

        private Descriptor descriptor(String family) {
            String help = "The bot's Dropwizard " + kind + " " + name + ".";
            return switch (kind) {
                case GAUGE, COUNTER -> Descriptor.gauge(family, help, Map.of());
                case METER -> Descriptor.counter(family, help, Map.of());
                case TIMER, HISTOGRAM -> Descriptor.summary(family, help, Map.of(), CopiedSeries.QUANTILES);
            };
        }
    }
}
