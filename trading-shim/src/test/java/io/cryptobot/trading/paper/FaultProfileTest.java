package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultProfileTest {
    @Test
    void refusesFaultSharesThatAreNoShares() {
        assertThatThrownBy(() -> new FaultProfile(Double.NaN, 0, 0, 0, 0, Duration.ZERO))
                .hasMessage("share of a fault must be 0 to 1, was NaN");
        assertThatThrownBy(() -> new FaultProfile(0.6, 0.6, 0, 0, 0, Duration.ZERO))
                .hasMessage("shares of all faults must be at most 1 together, were 1.2");
    }
}
