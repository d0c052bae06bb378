package io.cryptobot.telemetry.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Timer;
import com.sun.management.ThreadMXBean;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.BotCounters;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.testing.ManualClock;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTimerTest {
    private static final int OPERATIONS = 100_000;
    private static final Descriptor DURATIONS = new Descriptor(
            "run_seconds", MetricType.HISTOGRAM, "Runs.", new TreeMap<>(), 1_000_000_000, List.of(0.1, 1.0, 10.0));

    @TempDir
    Path directory;

    private CountersFile file;

    @BeforeEach
    void open() {
        file = new BotCounters(directory).open(64);
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Test
    void writesTheRecordOfAHistogramHoweverItIsTimed() {
        ManualClock clock = new ManualClock();
        FileTimer timer = new FileTimer(file.register(DURATIONS), DURATIONS, new DropwizardClock(clock));
        FileHistogram record = new FileHistogram(file.register(DURATIONS), DURATIONS);
        timer.update(Duration.ofMillis(500));
        timer.update(-1, TimeUnit.SECONDS);
        timer.time(() -> clock.advance(Duration.ofSeconds(5)));
        try (Timer.Context context = timer.time()) {
            clock.advance(Duration.ofSeconds(5));
            assertThat(context).isNotNull();
        }
        assertThat(record.getCount()).isEqualTo(3);
        assertThat(record.getSnapshot().getMean()).as("in seconds").isEqualTo(3.5);
        assertThat(timer.getCount()).isEqualTo(3);
        assertThat(timer.getSnapshot().getMean()).as("in nanoseconds").isEqualTo(3.5e9);
        assertThat(timer.getOneMinuteRate()).isEqualTo(0.3);
    }

    @Test
    void recordingAllocatesNothing() {
        FileTimer timer = new FileTimer(file.register(DURATIONS), DURATIONS, Clock.defaultClock());
        FileMeter meter = new FileMeter(
                file.register(Descriptor.counter("events_total", "Events.", Map.of())), Clock.defaultClock());
        record(timer, meter); // the first calls link what the others use
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        record(timer, meter);
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(allocated).as("bytes in %s operations of each", OPERATIONS).isLessThan(OPERATIONS);
        assertThat(meter.getCount()).isEqualTo(2 * OPERATIONS);
    }

    private static void record(FileTimer timer, FileMeter meter) {
        for (int operation = 0; operation < OPERATIONS; operation++) {
            timer.update(operation, TimeUnit.MICROSECONDS);
            meter.mark();
        }
    }
}
