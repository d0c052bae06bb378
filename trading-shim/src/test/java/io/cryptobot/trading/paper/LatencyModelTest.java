package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.UniformReservoir;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyModelTest {
    @Test
    void latenciesAreSpreadAsTheObservedOnes() {
        Histogram observed = new Histogram(new UniformReservoir());
        LatencyModel model = LatencyModel.sampled(observed::getSnapshot, Duration.ofMillis(50), Duration.ofMillis(80));
        SplittableRandom random = new SplittableRandom(1);
        assertThat(model.nextNanos(random)).isEqualTo(50_000_000);
        observed.update(20);
        observed.update(30_000); // a timeout
        List<Long> drawn =
                random.longs(200).map(unused -> model.nextNanos(random)).boxed().toList();
        assertThat(drawn).allSatisfy(nanos -> assertThat(nanos).isBetween(20_000_000L, 80_000_000L));
        assertThat(drawn).contains(20_000_000L, 80_000_000L);
    }
}
