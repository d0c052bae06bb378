package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.status.OrderHistory.Window;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrderHistoryTest {
    private static final Duration WINDOW = Duration.ofMinutes(5);
    /** Shortly before the overflow, as {@link System#nanoTime} may be. */
    private static final long START = Long.MAX_VALUE - Duration.ofMinutes(2).toNanos();

    private final OrderHistory history = new OrderHistory(START, failed(10));

    @Test
    void countsFromTheFirstSight() {
        read(0, 10);
        assertThat(window(7)).isEqualTo(window(Duration.ofSeconds(7), 0));
        history.update(failed(12));
        assertThat(window(8)).isEqualTo(window(Duration.ofSeconds(8), 2));
    }

    @Test
    void whatIsOlderThanTheWindowLeavesIt() {
        read(0, 10);
        read(5, 14);
        read(10, 15);
        assertThat(window(299).growth().failed()).isEqualTo(5);
        assertThat(window(304)).isEqualTo(window(Duration.ofSeconds(304), 5));
        assertThat(window(305)).isEqualTo(window(WINDOW, 1));
        assertThat(window(310)).isEqualTo(window(WINDOW, 0));
    }

    @Test
    void aCountThatBeginsAnewCountsFromZero() {
        read(0, 10);
        read(5, 14);
        history.update(failed(3));
        assertThat(window(6).growth().failed()).isEqualTo(7);
    }

    @Test
    void saysHowLongNothingWasRead() {
        read(0, 10);
        history.update(failed(30));
        assertThat(window(900)).isEqualTo(window(Duration.ofSeconds(900), 20));
    }

    @Test
    void nothingWasThereBeforeABotThatStartedUnderTheWatch() {
        OrderHistory newborn = new OrderHistory(START, OrderCounts.NONE);
        newborn.update(failed(4));
        newborn.addPoint(at(400));
        assertThat(newborn.last(WINDOW, at(401))).isEqualTo(window(WINDOW, 4));
    }

    @Test
    void keepsNoMoreThanItShows() {
        for (int second = 0; second < 3_600; second += 5) {
            read(second, 10 + second);
        }
        long kept = OrderHistory.KEPT.toSeconds();
        assertThat(history.sumAt(at(3_595 - kept)).failed()).isEqualTo(3_595 - kept);
        assertThat(history.sumAt(at(3_594 - kept)).failed()).isZero();
    }

    @Test
    void anIdleBotCostsNoFurtherCounts() {
        read(0, 12);
        OrderCounts sum = history.sum();
        read(5, 12);
        assertThat(history.sumAt(at(5))).isSameAs(sum);
    }

    private void read(long second, long failed) {
        history.update(failed(failed));
        history.addPoint(at(second));
    }

    private Window window(long second) {
        return history.last(WINDOW, at(second));
    }

    private static Window window(Duration length, long failed) {
        return new Window(length, failed(failed));
    }

    private static long at(long second) {
        return START + Duration.ofSeconds(second).toNanos();
    }

    private static OrderCounts failed(long failed) {
        return new OrderCounts(0, failed, Latencies.NONE);
    }
}
