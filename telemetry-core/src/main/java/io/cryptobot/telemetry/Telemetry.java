package io.cryptobot.telemetry;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileGauge;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import io.cryptobot.telemetry.dropwizard.FileMeter;
import io.cryptobot.telemetry.dropwizard.FileTimer;
import io.cryptobot.telemetry.dropwizard.JvmMetrics;
import io.cryptobot.telemetry.dropwizard.RegistryReporter;
import io.cryptobot.telemetry.files.InstanceName;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bot's telemetry: opens or resumes its counters file, gives out the catalogue's metrics and registers them in a
 * Dropwizard {@link MetricRegistry}, carries what else is in that registry into the file once a second, and beats while
 * the bot lives.
 *
 * <p>The order families exist at 0 for both modes from the moment that the file is open: Prometheus cannot see the first
 * increments of a counter that is born above 0. Thread-safe. Whatever fails here never reaches the bot: counting goes on
 * in memory, {@link #degradedReason()} and {@code cryptobot_telemetry_degraded} say so, and one line is logged.
 */
public final class Telemetry implements AutoCloseable {
    /** Interval of the heartbeat; a reader may call a bot dead after a good number of missed ones. */
    public static final long HEARTBEAT_INTERVAL_MS = 250;

    private static final Logger LOGGER = LoggerFactory.getLogger(Telemetry.class);
    private static final long REPORT_INTERVAL_MS = 1_000;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final InstanceName instance;
    private final MetricRegistry registry;
    private final Clock clock;
    private final CountersFile counters;
    private final RegistryReporter reporter;
    private final ScheduledExecutorService heartbeat;
    private final FileGauge degraded;
    /** Guarded by "this". */
    private final Map<Descriptor, Metric> given = new HashMap<>();

    private final Map<OrderMode, OrderMetrics> orders = new EnumMap<>(OrderMode.class);

    /** Opens the file; nothing happens by itself until {@link #start}. */
    Telemetry(TelemetrySettings settings, MetricRegistry registry, Clock clock) {
        this.instance = settings.instance();
        this.registry = registry;
        this.clock = clock;
        this.counters = openCounters(settings);
        this.degraded = gauge(MetricCatalog.TELEMETRY_DEGRADED);
        degraded.set(counters.problem().isEmpty() ? 0 : 1);
        for (OrderMode mode : OrderMode.values()) {
            orders.put(mode, OrderMetrics.of(this, mode));
        }
        BuildInfo build = BuildInfo.ofThisJar();
        gauge(MetricCatalog.BUILD_INFO, build.version(), build.revision(), build.jdk())
                .set(1);
        registerJvmMetrics();
        this.reporter = new RegistryReporter(registry, counters);
        this.heartbeat = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cryptobot-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** {@return telemetry with a registry of its own} */
    public static Telemetry open(TelemetrySettings settings) {
        return open(settings, new MetricRegistry());
    }

    /** {@return telemetry that registers its metrics in the bot's registry} */
    public static Telemetry open(TelemetrySettings settings, MetricRegistry registry) {
        Telemetry telemetry = new Telemetry(settings, registry, Clock.defaultClock());
        telemetry.start();
        return telemetry;
    }

    private void start() {
        var unused = heartbeat.scheduleAtFixedRate(
                this::beat, HEARTBEAT_INTERVAL_MS, HEARTBEAT_INTERVAL_MS, TimeUnit.MILLISECONDS);
        reporter.start(REPORT_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private void registerJvmMetrics() {
        try {
            JvmMetrics.register(registry);
        } catch (RuntimeException | LinkageError e) { // a cut-down JDK may lack the beans or their module
            LOGGER.warn("Metrics of the JVM are missing: {}", e.toString());
        }
    }

    private CountersFile openCounters(TelemetrySettings settings) {
        return CountersFile.open(
                settings.runDirectory(), instance, settings.capacity(), clock::getTime, new CountersFile.Listener() {
                    @Override
                    public void lost(String reason) {
                        degraded(reason);
                    }

                    @Override
                    public void found() {
                        recovered();
                    }

                    @Override
                    public void putAside(Path where, String why) {
                        LOGGER.warn(
                                "Telemetry of {} begins at 0: {}. It was put aside as {}, the last one of its kind is kept",
                                instance,
                                why,
                                where.getFileName());
                    }
                });
    }

    /** For the timer, and for a test in its place. */
    void beat() {
        try {
            counters.beat();
        } catch (Throwable e) { // an Error that ends the timer would make a living bot look dead
            LOGGER.error("The heartbeat failed and goes on", e);
        }
    }

    /** Carries the registry's other metrics into the file; for a test in place of the timer. */
    void report() {
        reporter.report();
    }

    private void degraded(String reason) {
        LOGGER.error(
                "Telemetry of {} is degraded: {}. Trading goes on; its counters are kept in memory and are exported again"
                        + " once the file can be used.",
                instance,
                reason);
        setDegraded(1);
    }

    private void recovered() {
        LOGGER.info("Telemetry of {} counts in its file again", instance);
        setDegraded(0);
    }

    /** Null while the constructor is still opening the file. */
    private void setDegraded(int value) {
        if (degraded != null) {
            degraded.set(value);
        }
    }

    /** {@return why counters are kept in memory only; empty when all is well} */
    public Optional<String> degradedReason() {
        return counters.problem();
    }

    /**
     * Tells the exporter that the trading loop has made a turn; the heartbeat alone proves only that the process lives.
     * Lock-free, for the trading thread.
     */
    public void tradingLoopBeat() {
        counters.loopBeat();
    }

    /**
     * Keeps an error in the counters file, to be read after a crash; secrets are removed first.
     *
     * @param text may be null, as the message of an exception may
     */
    public void recordError(@Nullable String text) {
        counters.record(Redactor.redact(String.valueOf(text)));
    }

    /** {@return the bot's name} */
    public InstanceName instance() {
        return instance;
    }

    /** {@return the registry that holds every metric given out here} */
    public MetricRegistry registry() {
        return registry;
    }

    /** {@return the order metrics of a mode} */
    public OrderMetrics orders(OrderMode mode) {
        return Objects.requireNonNull(orders.get(mode));
    }

    /** {@return the catalogue's counter with these label values, in the order of {@link MetricCatalog#labels()}} */
    public FileCounter counter(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.COUNTER, labelValues);
        return register(metric, labelValues, descriptor, FileCounter::new, FileCounter.class);
    }

    /** {@return the catalogue's counter as a meter, for a registry whose other reporters want rates} */
    public FileMeter meter(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.COUNTER, labelValues);
        return register(metric, labelValues, descriptor, slot -> new FileMeter(slot, clock), FileMeter.class);
    }

    /** {@return the catalogue's gauge with these label values} */
    public FileGauge gauge(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.GAUGE, labelValues);
        return register(metric, labelValues, descriptor, FileGauge::new, FileGauge.class);
    }

    /** {@return the catalogue's histogram with these label values} */
    public FileHistogram histogram(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.HISTOGRAM, labelValues);
        return register(
                metric, labelValues, descriptor, slot -> new FileHistogram(slot, descriptor), FileHistogram.class);
    }

    /** {@return the catalogue's histogram as a timer, for a registry whose other reporters want rates} */
    public FileTimer timer(MetricCatalog metric, String... labelValues) {
        Descriptor descriptor = descriptor(metric, MetricType.HISTOGRAM, labelValues);
        return register(
                metric, labelValues, descriptor, slot -> new FileTimer(slot, descriptor, clock), FileTimer.class);
    }

    /** Asking twice for a metric gives the same one, as {@link MetricRegistry#counter} does. */
    private synchronized <T extends Metric> T register(
            MetricCatalog metric,
            String[] labelValues,
            Descriptor descriptor,
            Function<Slot, T> creator,
            Class<T> type) {
        String name = MetricRegistry.name(metric.prometheusName(), labelValues);
        Metric known = given.get(descriptor); // not by its name in the registry, which other labels may give too
        if (known != null) {
            if (!type.isInstance(known)) {
                throw new IllegalArgumentException(name + " was given out as a "
                        + known.getClass().getSimpleName() + " before, was asked for as a " + type.getSimpleName());
            }
            return type.cast(known);
        }
        T created = creator.apply(counters.register(descriptor));
        given.put(descriptor, created);
        // Left from an earlier Telemetry on the same registry, whose file is closed: replaced, not refused.
        registry.remove(name);
        return registry.register(name, created);
    }

    private static Descriptor descriptor(MetricCatalog metric, MetricType type, String... labelValues) {
        List<String> labels = metric.labels();
        if (metric.type() != type || labels.size() != labelValues.length) {
            throw new IllegalArgumentException(metric.prometheusName() + " is a " + metric.type() + " with labels "
                    + labels + ", was asked for as a " + type + " with values " + List.of(labelValues));
        }
        TreeMap<String, String> pairs = new TreeMap<>();
        for (int index = 0; index < labelValues.length; index++) {
            pairs.put(labels.get(index), labelValues[index]);
        }
        return new Descriptor(metric.prometheusName(), type, metric.help(), pairs, scale(metric), metric.bounds());
    }

    private static long scale(MetricCatalog metric) {
        if (metric.type() != MetricType.HISTOGRAM) {
            return 1;
        }
        return metric.unit().equals("seconds") ? NANOS_PER_SECOND : NANOS_PER_MS;
    }

    /** Marks an orderly exit. Metrics may still be recorded; they are no longer exported. */
    @Override
    public void close() {
        reporter.close();
        heartbeat.shutdownNow();
        counters.close();
    }
}
