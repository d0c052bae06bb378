package io.cryptobot.smoke.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.smoke.chain.PrometheusApi;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertHistoryTest {
    @AutoClose
    private final FakeMonitoring monitoring = new FakeMonitoring();

    @Test
    void tellsWhenEachFiringBeganAndEnded() throws Exception {
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2026-11-20T10:00:07Z", "2026-11-20T10:10:07Z");
        monitoring.fired("A", "critical", Map.of("mode", "live"), "2026-11-20T10:15:07Z", "2026-11-20T10:15:07Z");
        monitoring.fired("B \"q\"", "warning", Map.of(), "2026-11-24T23:59:50Z", "2026-11-25T00:00:35Z");

        assertThat(firings("2026-11-18T00:00:00Z", "2026-11-25T00:00:20Z"))
                .containsExactly(
                        "A (critical, live, b) 2026-11-20T10:00:07Z 2026-11-20T10:10:07Z false",
                        "A (critical, live, b) 2026-11-20T10:15:07Z 2026-11-20T10:15:07Z false",
                        "B \"q\" (warning, b) 2026-11-24T23:59:50Z 2026-11-25T00:00:20Z true");
    }

    @Test
    void seesWhatHasJustBegun() throws Exception {
        monitoring.fired("A", "critical", Map.of(), "2026-11-20T10:00:07Z", "2026-11-20T10:10:07Z");

        assertThat(firings("2026-11-20T09:00:00Z", "2026-11-20T10:00:08Z"))
                .containsExactly("A (critical, b) 2026-11-20T10:00:07Z 2026-11-20T10:00:08Z true");
    }

    /** More points than Prometheus answers with at once, and a firing that goes on over the seam. */
    @Test
    void looksBackOverMoreThanOneAnswer() throws Exception {
        monitoring.fired("A", "critical", Map.of(), "2026-09-01T00:00:00Z", "2026-09-01T00:01:00Z");
        monitoring.fired("A", "critical", Map.of(), "2026-09-02T17:00:00Z", "2026-09-02T18:00:00Z");

        assertThat(firings("2026-08-31T23:00:00Z", "2026-09-20T00:00:00Z"))
                .containsExactly(
                        "A (critical, b) 2026-09-01T00:00:00Z 2026-09-01T00:01:00Z false",
                        "A (critical, b) 2026-09-02T17:00:00Z 2026-09-02T18:00:00Z false");
    }

    @Test
    void leavesOutWhatEndedBeforeAndTakesASmallGapForNone() throws Exception {
        monitoring.fired("A", "critical", Map.of(), "2026-11-20T09:00:00Z", "2026-11-20T09:59:45Z");
        monitoring.fired("C", "critical", Map.of(), "2026-11-20T10:01:00Z", "2026-11-20T10:02:00Z");
        monitoring.fired("C", "critical", Map.of(), "2026-11-20T10:03:00Z", "2026-11-20T10:04:00Z");

        assertThat(firings("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"))
                .containsExactly("C (critical, b) 2026-11-20T10:01:00Z 2026-11-20T10:04:00Z false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "{}",
                "{\"data\":{}}",
                "{\"data\":{\"result\":\"x\"}}",
                "{\"data\":{\"result\":[{\"metric\":{\"alertname\":\"A\"},\"values\":[[\"x\"]]}]}}",
                "{\"data\":{\"result\":[{\"metric\":{\"alertname\":\"A\"},\"values\":[7]}]}}",
            })
    void saysWithoutTheQueryThatAnAnswerIsNone(String answer) {
        monitoring.set("/api/v1/query", answer);
        monitoring.set("/api/v1/query_range", answer);

        assertThatThrownBy(() -> firings("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("Prometheus: " + monitoring.url()
                        + "/api/v1/query(_range)? (answered HTTP 400|did not answer (with JSON|as Prometheus does))");
    }

    @Test
    void saysThatNobodyAnswers() {
        monitoring.close();

        assertThatThrownBy(() -> firings("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"))
                .hasMessage("Prometheus: nothing answers at " + monitoring.url() + "/api/v1/query");
    }

    private List<String> firings(String from, String to) throws IOException, InterruptedException {
        return new AlertHistory(new PrometheusApi(URI.create(monitoring.url())))
                .firings(Instant.parse(from), Instant.parse(to)).stream()
                        .map(firing ->
                                firing.name() + " " + firing.from() + " " + firing.to() + " " + firing.isOngoing())
                        .toList();
    }
}
