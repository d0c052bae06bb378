package io.cryptobot.telemetry.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.BotCounters;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RegistryReporterTest {
    @TempDir
    Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger(RegistryReporter.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private MetricRegistry registry = new MetricRegistry();
    private BotCounters counters;
    private CountersFile file;
    private RegistryReporter reporter;

    @BeforeEach
    void begin() {
        log.start();
        logger.addAppender(log);
        open();
    }

    @AfterEach
    void end() {
        close();
        logger.detachAppender(log);
    }

    @Test
    void carriesGaugesOfNumbersAndBooleans() {
        gauge("queue.depth", 12);
        gauge("price", 0.25f);
        gauge("connected", true);
        gauge("halted", false);
        gauge("version", "1.2.3");
        gauge("nothing", null);
        reporter.report();
        assertThat(counters.value("queue_depth")).isEqualTo(12);
        assertThat(counters.value("price")).isEqualTo(0.25);
        assertThat(counters.value("connected")).isEqualTo(1);
        assertThat(counters.value("halted")).isZero();
        assertThat(counters.find("version")).isEmpty();
        assertThat(counters.find("nothing")).isEmpty();
        assertThat(type("queue_depth")).isEqualTo(MetricType.GAUGE);
        assertThat(counters.find("queue_depth").orElseThrow().descriptor().help())
                .isEqualTo("The bot's Dropwizard gauge queue.depth.");
    }

    @Test
    void carriesDropwizardCountersAsGaugesBecauseTheyCanFall() {
        registry.counter("positions").inc(5);
        reporter.report();
        registry.counter("positions").dec(7);
        reporter.report();
        assertThat(type("positions")).isEqualTo(MetricType.GAUGE);
        assertThat(counters.value("positions")).isEqualTo(-2);
    }

    @Test
    void carriesMetersAsCounters() {
        registry.meter("signals").mark(3);
        registry.meter("ticks.total").mark(4);
        reporter.report();
        registry.meter("signals").mark(2);
        reporter.report();
        assertThat(type("signals_total")).isEqualTo(MetricType.COUNTER);
        assertThat(counters.value("signals_total")).isEqualTo(5);
        assertThat(counters.value("ticks_total")).as("not ticks_total_total").isEqualTo(4);
    }

    @Test
    void carriesTimersInSecondsAndHistogramsAsTheyAre() {
        for (int step = 1; step <= 1_000; step++) {
            registry.timer("strategy.run").update(Duration.ofMillis(step));
            registry.histogram("order-size").update(step);
        }
        registry.timer("unused");
        reporter.report();
        CountersSnapshot.Series timer = counters.find("strategy_run_seconds").orElseThrow();
        assertThat(timer.descriptor().type()).isEqualTo(MetricType.SUMMARY);
        assertThat(timer.descriptor().bounds()).containsExactly(0.5, 0.75, 0.95, 0.99, 0.999);
        assertThat(timer.value()).isEqualTo(1_000);
        assertThat(timer.quantile(0)).isCloseTo(0.5, within(0.02));
        assertThat(timer.quantile(4)).isCloseTo(0.999, within(0.02));
        CountersSnapshot.Series histogram = counters.find("order_size").orElseThrow();
        assertThat(histogram.value()).isEqualTo(1_000);
        assertThat(histogram.quantile(1)).isCloseTo(750, within(20.0));
        assertThat(counters.find("unused_seconds").orElseThrow().quantile(0)).isNaN();
    }

    @Test
    void leavesTheMetricsThatWriteTheirOwnRecord() {
        Descriptor descriptor = Descriptor.counter("own_total", "Own.", Map.of());
        registry.register("own", new FileMeter(file.register(descriptor), new DropwizardClock(new ManualClock())))
                .mark();
        registry.register("own.gauge", new FileGauge(file.register(Descriptor.gauge("own", "Own.", Map.of()))));
        reporter.report();
        assertThat(counters.series())
                .extracting(series -> series.descriptor().name())
                .containsExactly("own_total", "own");
    }

    @Test
    void carriesInfinityAndHidesWhatIsNotANumber() {
        gauge("up", Double.POSITIVE_INFINITY);
        gauge("down", Float.NEGATIVE_INFINITY);
        gauge("unknown", Double.NaN);
        reporter.report();
        assertThat(counters.value("up")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(counters.value("down")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(counters.find("unknown")).isEmpty();
        assertThat(messages()).isEmpty();
    }

    @Test
    void aMeterThatFallsNeverTakesItsCounterAlong() {
        registry.meter("signals").mark(10);
        reporter.report();
        registry.meter("signals").mark(-7);
        reporter.report();
        assertThat(counters.value("signals_total")).isEqualTo(10);
        registry.meter("signals").mark(2);
        reporter.report();
        assertThat(counters.value("signals_total")).isEqualTo(12);
    }

    @Test
    void aNameThatIsTooLongForItsRecordCostsItselfOnly() {
        gauge("x".repeat(400), 1);
        gauge("depth", 2);
        reporter.report();
        reporter.report();
        assertThat(counters.series())
                .singleElement()
                .extracting(CountersSnapshot.Series::value)
                .isEqualTo(2.0);
        assertThat(counters.snapshot().droppedSeries()).isEqualTo(1);
    }

    @Test
    void theFirstOfTwoWithOneNameKeepsIt() {
        gauge("a.b", 1);
        gauge("a-b", 2);
        gauge("b.total", 3);
        registry.meter("b").mark(4);
        registry.histogram("c").update(5);
        registry.counter("c.count").inc(6);
        reporter.report();
        reporter.report();
        assertThat(counters.value("a_b")).as("in the order of their names").isEqualTo(2);
        assertThat(type("b_total")).isEqualTo(MetricType.GAUGE);
        assertThat(type("c_count")).isEqualTo(MetricType.GAUGE);
        assertThat(counters.find("c")).isEmpty();
        assertThat(messages())
                .containsExactly(
                        "The gauge a.b is left out: its name a_b is taken by the gauge a-b",
                        "The meter b is left out: its name b_total is taken by the gauge b.total",
                        "The histogram c is left out: its name c is taken by the counter c.count");
    }

    @Test
    void theCatalogueKeepsItsNames() {
        registry.meter("cryptobot.orders.failed").mark();
        registry.counter("cryptobot-orders-failed").inc();
        gauge("cryptobot.order.latency.bucket", 1);
        gauge("cryptobot.up", 1);
        gauge("cryptobot.exporter.threads", 1);
        reporter.report();
        assertThat(counters.series()).isEmpty();
        assertThat(messages())
                .containsExactly(
                        "The gauge cryptobot.exporter.threads is left out: its name cryptobot_exporter_threads is taken"
                                + " by the exporter",
                        "The gauge cryptobot.order.latency.bucket is left out: its name cryptobot_order_latency_bucket is"
                                + " taken by the catalogue's cryptobot_order_latency",
                        "The gauge cryptobot.up is left out: its name cryptobot_up is taken by the catalogue's"
                                + " cryptobot_up",
                        "The counter cryptobot-orders-failed is left out: its name cryptobot_orders_failed is taken by"
                                + " the catalogue's cryptobot_orders_failed_total",
                        "The meter cryptobot.orders.failed is left out: its name cryptobot_orders_failed_total is taken"
                                + " by the catalogue's cryptobot_orders_failed_total");
    }

    @Test
    void makesEveryNameOneThatPrometheusTakes() {
        gauge("9 lives: żółw/%", 1);
        gauge("", 2);
        reporter.report();
        assertThat(counters.value("_9_lives_____w__")).isEqualTo(1);
        assertThat(counters.value("_")).isEqualTo(2);
    }

    @Test
    void aThrowingGaugeCostsItselfAndOneLine() {
        AtomicReference<Double> depth = new AtomicReference<>(1.0);
        registry.register("depth", (Gauge<Double>) () -> {
            if (depth.get() < 0) {
                throw new AssertionError("no depth");
            }
            return depth.get();
        });
        gauge("zero", 0);
        reporter.report();
        assertThat(counters.value("depth")).isEqualTo(1);
        depth.set(-1.0);
        reporter.report();
        reporter.report();
        assertThat(counters.find("depth")).as("unknown, so not exported").isEmpty();
        assertThat(counters.value("zero")).isZero();
        depth.set(2.0);
        reporter.report();
        assertThat(counters.value("depth")).isEqualTo(2);
        depth.set(-1.0);
        reporter.report();
        assertThat(messages())
                .containsExactly("The gauge depth failed and is unknown until it can be read:"
                        + " java.lang.AssertionError: no depth");
    }

    @Test
    void whatIsRemovedFromTheRegistryBecomesUnknownAndItsCountStays() {
        gauge("depth", 1);
        registry.meter("signals").mark(2);
        registry.timer("run").update(Duration.ofSeconds(1));
        reporter.report();
        registry.removeMatching((name, metric) -> true);
        reporter.report();
        assertThat(counters.find("depth")).isEmpty();
        assertThat(counters.value("signals_total")).isEqualTo(2);
        assertThat(counters.value("run_seconds")).isEqualTo(1);
        assertThat(counters.find("run_seconds").orElseThrow().quantile(0)).isNaN();
        registry.meter("signals").mark(3);
        gauge("depth", 7);
        reporter.report();
        assertThat(counters.value("signals_total")).as("a new meter counts on").isEqualTo(5);
        assertThat(counters.value("depth")).isEqualTo(7);
    }

    @Test
    void aMetricOfAnotherKindDoesNotGetTheNameOfOneThatIsGone() {
        gauge("depth", 1);
        reporter.report();
        registry.remove("depth");
        registry.histogram("depth").update(5);
        reporter.report();
        assertThat(counters.find("depth")).as("neither").isEmpty();
        assertThat(messages())
                .containsExactly("The histogram depth is left out: its name depth is taken by the gauge depth");
    }

    @Test
    void countsGoOnOverARestart() {
        registry.meter("signals").mark(3);
        registry.timer("run").update(Duration.ofSeconds(1));
        close();
        registry = new MetricRegistry();
        open();
        registry.meter("signals").mark(4);
        registry.timer("run").update(Duration.ofSeconds(1));
        reporter.report();
        assertThat(counters.value("signals_total")).isEqualTo(7);
        assertThat(counters.value("run_seconds")).isEqualTo(2);
    }

    @Test
    void aRegistryThatOutlivesItsTelemetryIsNotCountedTwice() {
        registry.meter("signals").mark(3);
        close();
        registry.meter("signals").mark(2);
        open();
        registry.meter("signals").mark(1);
        reporter.report();
        assertThat(counters.value("signals_total")).isEqualTo(6);
    }

    @Test
    void whatDoesNotFitIsCountedAsDroppedOnce() {
        for (int index = 0; index < 100; index++) {
            gauge("gauge" + index, index);
        }
        reporter.report();
        reporter.report();
        assertThat(counters.series()).hasSize(64);
        assertThat(counters.snapshot().droppedSeries()).isEqualTo(36);
    }

    @Test
    void aGaugeThatHangsDoesNotHoldUpTheEnd() {
        CountDownLatch never = new CountDownLatch(1);
        registry.register("stuck", (Gauge<Integer>) () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 1;
        });
        reporter.stop();
        assertThat(messages()).contains("The last report of the bot's own metrics timed out");
    }

    @Test
    void aBotThatIsBeingInterruptedGetsItsLastReport() {
        registry.meter("signals").mark(3);
        Thread.currentThread().interrupt();
        reporter.stop();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(counters.value("signals_total")).isEqualTo(3);
    }

    private void open() {
        counters = new BotCounters(directory);
        file = counters.open(64);
        reporter = new RegistryReporter(registry, file);
    }

    private void close() {
        reporter.close();
        file.close();
    }

    private void gauge(String name, Object value) {
        registry.register(name, (Gauge<Object>) () -> value);
    }

    private List<String> messages() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private MetricType type(String name) {
        return counters.find(name).orElseThrow().descriptor().type();
    }
}
