package io.cryptobot.telemetry;

import static java.util.Objects.requireNonNull;

import com.codahale.metrics.Clock;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileGauge;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import io.cryptobot.telemetry.dropwizard.FileMeter;
import io.cryptobot.telemetry.dropwizard.FileTimer;
import io.cryptobot.telemetry.dropwizard.RegistryMetrics;
import io.cryptobot.telemetry.files.InstanceName;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bot's telemetry: opens or resumes its counters file, registers the catalogue's metrics in a Dropwizard
 * {@link MetricRegistry}, copies all other metrics of that registry to the file once a second, and writes a heartbeat.
 *
 * <p>The order families exist at 0 for both modes from the moment that the file is open: Prometheus cannot see the
 * first increments of a counter whose first sample is above 0. Thread-safe. A failure of telemetry never reaches the
 * bot: metrics continue in memory, {@link #degradedReason()} and {@code cryptobot_telemetry_degraded} report it, and
 * one line is logged.
 */
public final class Telemetry implements AutoCloseable {
    /** Interval of the heartbeat; a reader should treat a bot as dead only after several missed heartbeats. */
    public static final long HEARTBEAT_INTERVAL_MS = 250;

    private static final Logger LOGGER = LoggerFactory.getLogger(Telemetry.class);

    private final InstanceName instance;
    private final MetricRegistry registry;
    private final CountersFile counters;
    private final RegistryMetrics metrics;
    private final ScheduledExecutorService heartbeat;
    private final Map<OrderMode, OrderMetrics> orders = new EnumMap<>(OrderMode.class);

    private Telemetry(Builder builder, CountersFile counters) {
        this.instance = builder.settings.instance();
        this.registry = builder.registry;
        this.counters = counters;
        this.metrics = new RegistryMetrics(registry, counters, builder.clock);
        this.heartbeat = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cryptobot-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** {@return telemetry with a new registry, like a {@link #builder} with the defaults} */
    public static Telemetry open(TelemetrySettings settings) {
        return builder(settings).open();
    }

    /** {@return a builder; the default is a new registry} */
    public static Builder builder(TelemetrySettings settings) {
        return new Builder(settings);
    }

    /** Builds a telemetry object with custom options. Not thread-safe. */
    public static final class Builder {
        private final TelemetrySettings settings;
        private MetricRegistry registry = new MetricRegistry();
        private Clock clock = Clock.defaultClock();

        private Builder(TelemetrySettings settings) {
            this.settings = requireNonNull(settings, "settings is null");
        }

        /** Registers the metrics in the bot's registry instead of a new one. */
        public Builder registry(MetricRegistry registry) {
            this.registry = requireNonNull(registry, "registry is null");
            return this;
        }

        /** Replaces the clock of heartbeats, rates and timers; for tests. */
        Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** {@return running telemetry} If a step fails, everything that was opened is closed again. */
        public Telemetry open() {
            Telemetry telemetry = openWithoutTimers();
            try {
                telemetry.startTimers();
                return telemetry;
            } catch (RuntimeException | Error e) {
                telemetry.close();
                throw e;
            }
        }

        /** {@return telemetry without timers, for tests that call {@link #beat} and {@link #report}} */
        Telemetry openWithoutTimers() {
            DegradationListener listener = new DegradationListener(settings.instance());
            CountersFile counters = CountersFile.open(
                    settings.runDirectory(), settings.instance(), settings.geometry(), clock::getTime, listener);
            try {
                Telemetry telemetry = new Telemetry(this, counters);
                telemetry.registerMetrics(listener);
                return telemetry;
            } catch (RuntimeException | Error e) {
                counters.close();
                throw e;
            }
        }
    }

    private void registerMetrics(DegradationListener listener) {
        FileGauge degraded = gauge(MetricCatalog.TELEMETRY_DEGRADED);
        degraded.set(counters.problem().isEmpty() ? 0 : 1);
        listener.degraded = degraded;
        for (OrderMode mode : OrderMode.values()) {
            orders.put(mode, OrderMetrics.of(this, mode));
        }
        BuildInfo build = BuildInfo.ofThisJar();
        gauge(MetricCatalog.BUILD_INFO, build.version(), build.revision(), build.jdk())
                .set(1);
        metrics.registerJvm();
    }

    private void startTimers() {
        var unused = heartbeat.scheduleAtFixedRate(
                this::beat, HEARTBEAT_INTERVAL_MS, HEARTBEAT_INTERVAL_MS, TimeUnit.MILLISECONDS);
        metrics.start();
    }

    /** Logs when the bot starts and stops counting in memory, and sets the metric for it. */
    private static final class DegradationListener implements CountersFile.Listener {
        private final InstanceName instance;
        /** Null while the file is opened for the first time. */
        private volatile @Nullable FileGauge degraded;

        DegradationListener(InstanceName instance) {
            this.instance = instance;
        }

        @Override
        public void lost(String reason) {
            LOGGER.error(
                    "Telemetry of {} is degraded: {}. Trading continues; its counters are kept in memory and are exported"
                            + " again once the file can be used.",
                    instance,
                    reason);
            setDegraded(1);
        }

        @Override
        public void found() {
            LOGGER.info("Telemetry of {} counts in its file again", instance);
            setDegraded(0);
        }

        @Override
        public void putAside(Path where, String why) {
            LOGGER.warn(
                    "Counters of {} start at 0: {}. The old file was put aside as {}; only the newest one is kept",
                    instance,
                    why,
                    where.getFileName());
        }

        private void setDegraded(int value) {
            FileGauge gauge = degraded;
            if (gauge != null) {
                gauge.set(value);
            }
        }
    }

    /** Called by the timer and by tests. */
    void beat() {
        try {
            counters.beat();
        } catch (Throwable e) { // an Error would end the timer, and readers would see a dead bot
            LOGGER.error("A heartbeat failed; the next heartbeat is scheduled", e);
        }
    }

    /** Copies the registry's other metrics to the file. Called by tests; otherwise a timer does this. */
    void report() {
        metrics.report();
    }

    /** {@return why counters are kept in memory only; empty when they are in the file} */
    public Optional<String> degradedReason() {
        return counters.problem();
    }

    /**
     * Records that one iteration of the trading loop has completed, because the heartbeat proves only that the process
     * runs. Lock-free, for the trading thread.
     */
    public void tradingLoopBeat() {
        counters.loopBeat();
    }

    /**
     * Stores an error in the counters file, where it can be read after a crash; secrets are removed first.
     *
     * @param text may be null, because the message of an exception may be null
     */
    public void recordError(@Nullable String text) {
        counters.record(Redactor.redact(String.valueOf(text)));
    }

    /** {@return the bot's name} */
    public InstanceName instance() {
        return instance;
    }

    /** {@return the registry that holds all metrics of this object} */
    public MetricRegistry registry() {
        return registry;
    }

    /** {@return the order metrics of a mode} */
    public OrderMetrics orders(OrderMode mode) {
        return requireNonNull(orders.get(mode));
    }

    /** {@return the catalogue's counter with these label values, in the sequence of {@link MetricCatalog#labels()}} */
    public FileCounter counter(MetricCatalog metric, String... labelValues) {
        return metrics.counter(metric, labelValues);
    }

    /** {@return the catalogue's counter as a meter, for other reporters that need rates} */
    public FileMeter meter(MetricCatalog metric, String... labelValues) {
        return metrics.meter(metric, labelValues);
    }

    /** {@return the catalogue's gauge with these label values} */
    public FileGauge gauge(MetricCatalog metric, String... labelValues) {
        return metrics.gauge(metric, labelValues);
    }

    /** {@return the catalogue's histogram with these label values} */
    public FileHistogram histogram(MetricCatalog metric, String... labelValues) {
        return metrics.histogram(metric, labelValues);
    }

    /** {@return the catalogue's histogram as a timer, for other reporters that need rates} */
    public FileTimer timer(MetricCatalog metric, String... labelValues) {
        return metrics.timer(metric, labelValues);
    }

    /** Marks a clean exit. Metrics may still be recorded; they are no longer exported. */
    @Override
    public void close() {
        metrics.close();
        heartbeat.shutdownNow();
        counters.close();
    }
}
