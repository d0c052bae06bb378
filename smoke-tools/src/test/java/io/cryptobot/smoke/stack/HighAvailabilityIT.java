package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.localservices.PagerDutyEvent;
import io.cryptobot.smoke.localservices.Received;
import io.cryptobot.smoke.localservices.SlackMessage;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two Prometheus and three Alertmanagers tell people of an incident once, whichever of them is killed before it or during it.
 * {@code -Dha.scenarios=all}, or names with commas, chooses the scenarios.
 */
@OneJdk
@RealEngines
class HighAvailabilityIT {
    private static final String ALERT = "CryptobotTradingLoopStale";
    private static final int AT_A_TIME = 3;

    /** Who is killed, and when. The first Alertmanager is the one that sends while it lives. */
    enum Scenario {
        NOBODY_IS_KILLED,
        PROMETHEUS_BEFORE,
        PROMETHEUS_DURING,
        FIRST_ALERTMANAGER_BEFORE,
        FIRST_ALERTMANAGER_DURING,
        LAST_ALERTMANAGER_DURING;

        static List<Scenario> chosen() {
            String chosen = System.getProperty("ha.scenarios", "FIRST_ALERTMANAGER_BEFORE,PROMETHEUS_DURING");
            return chosen.equals("all")
                    ? List.of(values())
                    : Arrays.stream(chosen.split(",", -1))
                            .map(Scenario::valueOf)
                            .toList();
        }
    }

    @TempDir
    Path work;

    @Test
    void incidentIsToldOnceWhoeverIsKilled() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        Map<Scenario, Future<Received>> running = new LinkedHashMap<>();
        SoftAssertions all = new SoftAssertions();
        try {
            for (Scenario scenario : Scenario.chosen()) {
                running.put(scenario, threads.submit(() -> play(scenario)));
            }
            for (Map.Entry<Scenario, Future<Received>> scenario : running.entrySet()) {
                Received received = scenario.getValue().get();
                all.assertThat(received.slack())
                        .extracting(SlackMessage::title)
                        .as("%s: Slack", scenario.getKey())
                        .containsExactly("[FIRING:1] " + ALERT + " (critical)", "[RESOLVED] " + ALERT + " (critical)");
                all.assertThat(received.pagerDuty())
                        .extracting(PagerDutyEvent::action)
                        .as("%s: PagerDuty", scenario.getKey())
                        .containsExactly("trigger", "resolve");
                all.assertThat(received.pagerDuty())
                        .extracting(PagerDutyEvent::dedupKey)
                        .as("%s: PagerDuty's incident", scenario.getKey())
                        .containsOnly(received.pagerDuty().get(0).dedupKey());
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
        all.assertAll();
    }

    private Received play(Scenario scenario) throws Exception {
        try (MonitoringPair pair = MonitoringPair.start(Files.createDirectory(work.resolve(scenario.name())))) {
            switch (scenario) {
                case PROMETHEUS_BEFORE -> pair.prometheus(0).process().kill();
                case FIRST_ALERTMANAGER_BEFORE ->
                    pair.alertmanagerAt(0).process().kill();
                default -> {}
            }
            pair.bot().stopTheLoop();
            awaitTold(pair, 1);
            TimeUnit.MILLISECONDS.sleep(MonitoringPair.GROUP_INTERVAL.toMillis()); // what is told again is told then
            letEveryMemberHaveItsTurn();
            switch (scenario) {
                case PROMETHEUS_DURING -> pair.prometheus(0).process().kill();
                case FIRST_ALERTMANAGER_DURING ->
                    pair.alertmanagerAt(0).process().kill();
                case LAST_ALERTMANAGER_DURING ->
                    pair.alertmanagerAt(2).process().kill();
                default -> {}
            }
            pair.bot().letTheLoopTurn();
            awaitTold(pair, 2);
            letEveryMemberHaveItsTurn();
            return pair.receivers().received();
        }
    }

    private static void awaitTold(MonitoringPair pair, int times) {
        pair.await("Slack and PagerDuty are told " + times + " times", () -> {
            Received received = pair.receivers().received();
            return received.slack().size() >= times && received.pagerDuty().size() >= times;
        });
    }

    /** The last member waits for two others; what it would send too comes now. */
    private static void letEveryMemberHaveItsTurn() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(MonitoringPair.PEER_TIMEOUT.toMillis() * 2 + 300);
    }
}
