package io.cryptobot.exporter.status;

import static io.cryptobot.exporter.status.TestFacts.IDLE;
import static io.cryptobot.exporter.status.TestFacts.live;
import static io.cryptobot.exporter.status.TestFacts.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.bots.RunState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {
    @ParameterizedTest
    @CsvSource({
        "-1, 0.0 s",
        "0.26, 0.3 s",
        "9.94, 9.9 s",
        "9.95, 10 s",
        "119, 119 s",
        "120, 2 min",
        "7199, 120 min",
        "7200, 2 h",
        "172799, 48 h",
        "172800, 2 days",
        "2592000, 30 days"
    })
    void saysHowLongInTheGreatestSensibleUnit(double seconds, String words) {
        assertThat(StatusText.duration(seconds)).isEqualTo(words);
    }

    @Test
    void tellsHowManyRestartsFollowedACrash() {
        assertThat(live().uncleanRestarts(2).status().text()).containsEntry("restarts", "3, 2 after a crash");
        assertThat(live().status().text()).containsEntry("restarts", "3");
    }

    @Test
    void noOrdersHaveNoLatency() {
        assertThat(live().status().text())
                .containsEntry("live_p95", "no orders")
                .containsEntry("brief_submitted", "no orders")
                .containsEntry("brief_p95", "")
                .containsEntry("paper_submitted", "");
        assertThat(live().orders(new OrderFigures(1, 0, 0, null), IDLE).status().text())
                .containsEntry("live_p95", "none has finished yet");
        assertThat(live().orders(orders(0, 60_000.0), IDLE).status().text())
                .as("the last bucket hides how slow they are")
                .containsEntry("live_p95", "60,000 ms or more");
    }

    @Test
    void liveOrdersComeFirst() {
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .orders(orders(0, 1.0), orders(0, 2.0))
                        .status()
                        .text())
                .containsEntry("chart", "Live orders")
                .containsEntry("brief_p95", "p95 1 ms");
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .orders(IDLE, orders(0, 2.0))
                        .status()
                        .text())
                .containsEntry("chart", "Paper orders")
                .containsEntry("brief_submitted", "20 paper orders");
        assertThat(live().orders(IDLE, orders(0, 2.0)).status().text()).containsEntry("chart", "Live orders");
    }
}
