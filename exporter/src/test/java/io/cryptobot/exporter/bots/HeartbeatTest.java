package io.cryptobot.exporter.bots;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import io.cryptobot.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final ManualClock clock = new ManualClock();
    private final Heartbeat heartbeat = new Heartbeat(TIMEOUT, clock);

    @BeforeEach
    void seeItForTheFirstTime() {
        assertThat(heartbeat.isAlive(beat(7))).as("presumed alive").isTrue();
    }

    @Test
    void knowsAPresumptionFromWhatItSaw() {
        heartbeat.isAlive(beat(7));
        assertThat(heartbeat.hasBeaten()).isFalse();
        heartbeat.isAlive(beat(8));
        assertThat(heartbeat.hasBeaten()).isTrue();
    }

    @Test
    void givesTheFirstSightNoMoreThanTheTimeout() {
        clock.advance(TIMEOUT);
        assertThat(heartbeat.isAlive(beat(7))).isTrue();
        clock.advance(Duration.ofNanos(1));
        assertThat(heartbeat.isAlive(beat(7))).isFalse();
    }

    @Test
    void staysAliveWhileTheSequenceMovesHoweverRarelyItIsLookedAt() {
        for (int sequence = 8; sequence < 20; sequence++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(heartbeat.isAlive(beat(sequence))).isTrue();
        }
    }

    @Test
    void comesBackWhenTheBotIsRestarted() {
        clock.advance(Duration.ofHours(1));
        assertThat(heartbeat.isAlive(beat(7))).isFalse();
        assertThat(heartbeat.isAlive(beat(8))).isTrue();
    }

    @Test
    void takesASequenceThatFellForAMoveToo() {
        clock.advance(Duration.ofHours(1));
        assertThat(heartbeat.isAlive(beat(1))).isTrue();
    }

    @Test
    void endsAtOnceWithAnOrderlyExit() {
        assertThat(heartbeat.isAlive(new Owner(1, 0, 0, 0, 8, 0, true, 0, 0))).isFalse();
    }

    @Test
    void ignoresTheBotsWallClock() {
        assertThat(heartbeat.isAlive(new Owner(1, 0, 0, 0, 8, Long.MIN_VALUE, false, 0, 0)))
                .isTrue();
    }

    private static Owner beat(long sequence) {
        return new Owner(1, 0, 0, 0, sequence, 0, false, 0, 0);
    }
}
