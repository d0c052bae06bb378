package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class PaperClockTest {
    private final PaperClock clock = PaperClock.system();

    @Test
    void waitsForAnAnswerOnlyAsLongAsItIsTold() throws Exception {
        assertThat(clock.await(CompletableFuture.completedFuture("answer"), Duration.ofNanos(1)))
                .isEqualTo("answer");
        assertThatThrownBy(() -> clock.await(new CompletableFuture<>(), Duration.ofNanos(1)))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void returnsFromASleepAtItsTimeOrLater() throws Exception {
        long until = clock.nanos() + 1;
        clock.sleepUntil(until);
        assertThat(clock.nanos()).isGreaterThanOrEqualTo(until);
    }
}
