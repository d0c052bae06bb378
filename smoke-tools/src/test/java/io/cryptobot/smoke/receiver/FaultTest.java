package io.cryptobot.smoke.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    @Test
    void readsServiceStatusAndTimes() {
        assertThat(Fault.parse("slack=429:3")).isEqualTo(new Fault(Service.SLACK, 429, 3));
        assertThat(Fault.parse("pagerduty=500")).isEqualTo(new Fault(Service.PAGERDUTY, 500, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "slack", "slack=200", "slack=429:0", "slack=429:", "teams=429", "slack=429:9999999999"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> Fault.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected slack|pagerduty|sentry=<4xx or 5xx>[:<times>], was '" + text + "'");
    }
}
