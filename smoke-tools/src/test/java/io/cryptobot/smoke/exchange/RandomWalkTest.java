package io.cryptobot.smoke.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomWalkTest {
    private static final BigDecimal TICK = new BigDecimal("0.0001");

    @Test
    void theSameSeedGivesTheSameTrades() {
        assertThat(trades(7, 1000)).isEqualTo(trades(7, 1000)).isNotEqualTo(trades(8, 1000));
    }

    @Test
    void movesByOneTickAtMostAndForwardInTime() {
        Trade previous = new Trade(new BigDecimal("1.0000"), BigDecimal.ONE, 1_000);
        for (Trade trade : trades(1, 10_000)) {
            assertThat(trade.price().subtract(previous.price()).abs()).isLessThanOrEqualTo(TICK);
            assertThat(trade.timeMs()).isEqualTo(previous.timeMs() + 250);
            assertThat(trade.quantity()).isPositive();
            previous = trade;
        }
    }

    @Test
    void neverFallsToZero() {
        RandomWalk falling = new RandomWalk(new AlwaysDown(), 0);

        Trade last = Stream.generate(falling::next).skip(20_000).findFirst().orElseThrow();

        assertThat(last.price()).isEqualTo(TICK);
    }

    private static List<Trade> trades(long seed, int count) {
        return Stream.generate(new RandomWalk(seed, 1_000)::next).limit(count).toList();
    }

    private static final class AlwaysDown extends Random {
        @Override
        public int nextInt(int bound) {
            return 0;
        }
    }
}
