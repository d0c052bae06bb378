package io.cryptobot.smoke.localservices;

import static io.cryptobot.smoke.localservices.Fault.FOR_GOOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.smoke.localservices.Fault.Behaviour;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    @Test
    void readsServiceBehaviourAndExtent() {
        assertThat(Fault.parse("slack=429:3")).isEqualTo(new Fault(Service.SLACK, Behaviour.ANSWER, 429, 3, FOR_GOOD));
        assertThat(Fault.parse("pagerduty=500"))
                .isEqualTo(new Fault(Service.PAGERDUTY, Behaviour.ANSWER, 500, Integer.MAX_VALUE, FOR_GOOD));
        assertThat(Fault.parse("sentry=503:10s"))
                .isEqualTo(new Fault(Service.SENTRY, Behaviour.ANSWER, 503, Integer.MAX_VALUE, Duration.ofSeconds(10)));
        assertThat(Fault.parse("slack=hang:2")).isEqualTo(new Fault(Service.SLACK, Behaviour.HANG, 0, 2, FOR_GOOD));
        assertThat(Fault.parse("slack=reset:999999999m"))
                .isEqualTo(new Fault(Service.SLACK, Behaviour.RESET, 0, Integer.MAX_VALUE, FOR_GOOD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "slack",
                "slack=200",
                "slack=429:0",
                "slack=429:",
                "teams=429",
                "slack=429:9999999999",
                "slack=drop",
                "slack=429:3h"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> Fault.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected slack|pagerduty|sentry=<4xx or 5xx>|hang|reset[:<times>|:<time>], was '" + text
                        + "'");
    }
}
