package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.localservices.LocalServices;
import io.cryptobot.smoke.localservices.PagerDutyEvent;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.FreePorts;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts the incidents that people would see while scrapes fail, the exporter restarts, and Prometheus is reloaded and restarted: real
 * Prometheus and Alertmanager with the shipped configuration and intervals, and one bot for each kind of trouble. PagerDuty must get
 * one trigger for each trouble, no resolve, and nothing about bots in paper mode.
 *
 * <p>Two and a half minutes in every build; ten minutes with
 *
 * <pre>
 * mvn -pl smoke-tools -am verify -Dtest=NoTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=FlappingScrapesIT -Dfailsafe.failIfNoSpecifiedTests=false -Dflap.seconds=600
 * </pre>
 */
@OneJdk
@RealEngines
class FlappingScrapesIT {
    private static final int SECONDS = Integer.getInteger("flap.seconds", 145);
    private static final List<Integer> FAIL_EVERY = List.of(2, 3, 60, 5, 10, 4, 20, 2);
    private static final int ROUND_S = 15;
    private static final int EXPORTER_AWAY_S = 10;
    /** Times of a cycle. */
    private static final int CYCLE_S = 300;

    private static final int EXPORTER_STOPS_S = 15;
    private static final int RELOAD_S = 30;
    private static final int RESTART_S = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path work;

    private StackParts parts;
    private StackFiles files;
    private StackAddresses addresses;

    @Test
    void everyTroublePagesOnceWhateverFailsBetweenTheBotAndPrometheus() throws Exception {
        ScriptedBots bots = new ScriptedBots();
        URI unused = StackAddresses.loopback(1);
        files = StackFiles.in(work);
        try (LocalServices people = LocalServices.start(0)) {
            int[] ports = FreePorts.choose(3);
            addresses = new StackAddresses(
                    StackAddresses.loopback(ports[0]),
                    unused,
                    StackAddresses.loopback(ports[1]),
                    StackAddresses.loopback(ports[2]),
                    URI.create(people.pageUrl()),
                    unused);
            configure();
            int failed;
            try (ScriptedExporter exporter =
                            new ScriptedExporter(addresses.exporter().getPort(), bots::page);
                    ManagedProcess alertmanager = start(parts.alertmanager())) {
                await("Alertmanager is ready", alertmanager, addresses.alertmanager());
                withFaults(exporter);
                failed = exporter.failed();
            }
            Map<String, String> expected = new TreeMap<>(ScriptedBots.PAGES);
            if (SECONDS > ScriptedBots.TROUBLE_S + ScriptedBots.UNKNOWN_ORDERS_S + ROUND_S) {
                expected.put("unsettled-live", "CryptobotOrdersUnknown");
            }
            Map<String, String> seen = incidents(people.received().pagerDuty());
            System.out.printf(
                    "Failed scrapes: %d in %d s; incidents wanted %d, seen %d: %s%n",
                    failed, SECONDS, expected.size(), seen.size(), seen);
            expected.replaceAll((bot, alert) -> alert + ": trigger");
            if (SECONDS > CYCLE_S + RESTART_S + PATIENCE.toSeconds()) {
                // it is about the first minutes only, and Prometheus does not keep "keep_firing_for" over its restart
                expected.merge("born-failing-live", ", resolve", String::concat);
            }
            assertThat(seen).isEqualTo(expected);
            assertThat(people.received().slack().toString()).doesNotContain("healthy-");
            assertThat(failed).isGreaterThan(SECONDS / 10);
        } finally {
            files.delete();
        }
    }

    private void configure() throws Exception {
        files.configure(addresses);
        // so that a resolve of a second is told too
        StackFiles.render(
                files.ops("alertmanager/alertmanager.yml"), Map.of("group_interval: 30s", "group_interval: 1s"));
        Files.writeString(
                files.ops("prometheus/inventory/bots.yml"),
                ScriptedBots.inventory(addresses.exporter().getAuthority()));
        parts = new StackParts(Programs.find(System.getenv()), files, addresses);
    }

    private void withFaults(ScriptedExporter exporter) throws Exception {
        ManagedProcess prometheus = start(parts.prometheus());
        try {
            await("Prometheus is ready", prometheus, addresses.prometheus());
            long start = System.nanoTime();
            for (int second = 0; second < SECONDS; second++) {
                exporter.failEvery(FAIL_EVERY.get(second / ROUND_S % FAIL_EVERY.size()));
                switch (second % CYCLE_S) {
                    case EXPORTER_STOPS_S -> exporter.stop();
                    case EXPORTER_STOPS_S + EXPORTER_AWAY_S -> exporter.startAgain();
                    case RELOAD_S ->
                        ChildProcess.program("kill", "-HUP", prometheus.pid()).run();
                    case RESTART_S -> {
                        prometheus.close();
                        prometheus = start(parts.prometheus());
                    }
                    default -> {}
                }
                LockSupport.parkNanos(start + Duration.ofSeconds(second + 1).toNanos() - System.nanoTime());
            }
        } finally {
            prometheus.close();
        }
    }

    private ManagedProcess start(StackPart part) throws Exception {
        return ManagedProcess.start(part, Lifetime.WITH_STARTER, files.log(part.name()));
    }

    private static void await(String what, ManagedProcess process, URI address) {
        Await.within(PATIENCE)
                .failingWhen(() -> !process.isAlive())
                .showing(process::diagnosis)
                .until(what, () -> HttpProbe.isReady(address));
    }

    /** {@return for each bot the alert and what PagerDuty got of it, without repeated triggers of an open incident} */
    private static Map<String, String> incidents(List<PagerDutyEvent> events) {
        Map<String, PagerDutyEvent> first = new LinkedHashMap<>();
        Map<String, List<String>> actions = new HashMap<>();
        for (PagerDutyEvent event : events) {
            first.putIfAbsent(event.dedupKey(), event);
            List<String> of = actions.computeIfAbsent(event.dedupKey(), key -> new ArrayList<>());
            if (of.isEmpty() || !of.get(of.size() - 1).equals(event.action())) {
                of.add(event.action());
            }
        }
        Map<String, String> incidents = new TreeMap<>();
        first.forEach((key, event) -> incidents.merge(
                event.payload().at("/payload/group").asText(),
                event.payload().at("/payload/class").asText() + ": " + String.join(", ", actions.get(key)),
                (one, other) -> one + "; " + other));
        return incidents;
    }
}
