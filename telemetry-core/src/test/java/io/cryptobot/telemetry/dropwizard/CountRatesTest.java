package io.cryptobot.telemetry.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.codahale.metrics.Meter;
import io.cryptobot.testing.ManualClock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CountRatesTest {
    private static final long SEED = 20_261_123;

    private final ManualClock clock = new ManualClock();
    private final DropwizardClock ticks = new DropwizardClock(clock);
    private final AtomicLong count = new AtomicLong();

    @Test
    void agreesWithDropwizardsOwnMeter() {
        Meter theirs = new Meter(ticks);
        Meter ours = new CountedMeter(count::get, ticks);
        Random random = new Random(SEED);
        for (int step = 1; step <= 36_000; step++) {
            int busy = step % 12_000 < 6_000 ? 100 : 10; // so that the averages have something to follow
            int events = random.nextInt(2 * busy);
            theirs.mark(events);
            count.addAndGet(events);
            clock.advance(Duration.ofMillis(50));
            ours.getOneMinuteRate();
            if (step % 1_000 == 42) { // between two ticks: on one, theirs comes a moment later
                String when = "step " + step + ", seed " + SEED;
                assertThat(ours.getOneMinuteRate()).as(when).isCloseTo(theirs.getOneMinuteRate(), withinPercentage(2));
                assertThat(ours.getFiveMinuteRate())
                        .as(when)
                        .isCloseTo(theirs.getFiveMinuteRate(), withinPercentage(1));
                assertThat(ours.getFifteenMinuteRate())
                        .as(when)
                        .isCloseTo(theirs.getFifteenMinuteRate(), withinPercentage(1));
                assertThat(ours.getMeanRate()).as(when).isCloseTo(theirs.getMeanRate(), within(1e-9));
            }
        }
    }

    @Test
    void isZeroUntilFiveSecondsHavePassed() {
        Meter meter = new CountedMeter(count::get, ticks);
        count.set(40);
        assertThat(meter.getMeanRate()).isGreaterThan(0);
        clock.advance(Duration.ofSeconds(4));
        assertThat(meter.getOneMinuteRate()).isZero();
        assertThat(meter.getMeanRate()).isEqualTo(10);
        clock.advance(Duration.ofSeconds(1));
        assertThat(meter.getOneMinuteRate()).isEqualTo(8);
        assertThat(meter.getFifteenMinuteRate()).isEqualTo(8);
    }

    @Test
    void aReaderThatComesSeldomSeesWhatOneThatComesOftenSees() {
        Meter often = new CountedMeter(count::get, ticks);
        Meter seldom = new CountedMeter(count::get, ticks);
        for (int second = 1; second <= 600; second++) {
            count.addAndGet(7);
            clock.advance(Duration.ofSeconds(1));
            often.getOneMinuteRate();
        }
        assertThat(seldom.getOneMinuteRate()).isCloseTo(often.getOneMinuteRate(), within(1e-9));
        clock.advance(Duration.ofMinutes(10));
        assertThat(seldom.getOneMinuteRate()).isCloseTo(7 * Math.exp(-10), within(1e-9));
        assertThat(often.getFifteenMinuteRate()).isCloseTo(7 * Math.exp(-10 / 15.0), within(1e-9));
    }

    @Test
    void leavesOutWhatAnEarlierRunCounted() {
        count.set(1_000_000);
        Meter meter = new CountedMeter(count::get, ticks);
        clock.advance(Duration.ofSeconds(10));
        count.addAndGet(20);
        assertThat(meter.getCount()).isEqualTo(1_000_020);
        assertThat(meter.getMeanRate()).isEqualTo(2);
        assertThat(meter.getOneMinuteRate()).isEqualTo(2);
    }
}
