package io.cryptobot.smoke.oncall;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.exchange.ExchangeFault;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.smoke.stack.LocalStack;
import io.cryptobot.smoke.stack.Programs;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An incident in the whole chain, with the real programs, and what the people's commands make of it afterwards. */
@OneJdk
@RealEngines
class PeopleIT {
    private static final String ALERT = "CryptobotOrderFailureRateHigh";

    private final Map<String, String> environment = new HashMap<>();

    @Test
    @Timeout(90)
    void anIncidentGetsItsPostmortemAndItsPlaceInTheReview() throws Exception {
        try (LocalStack stack = LocalStack.prepare(Programs.find(System.getenv()), new RandomWalk(1, 0), 1)) {
            ChainAddresses addresses = stack.start(part -> {});
            environment.putAll(stack.environment());
            environment.put("CRYPTOBOT_PROMETHEUS_URL", addresses.prometheus().toString());
            environment.put(
                    "CRYPTOBOT_ALERTMANAGER_URL", addresses.alertmanager().toString());
            forgetWithinSeconds(stack);
            Path home = Path.of(environment.get("CRYPTOBOT_HOME"));
            OpsConfigs.unpack(home);

            await(
                    "the bot is live",
                    () -> run("mode-switch", "--mode=live", "--reason=begin", "--confirm=cryptobot-desktop")
                                    .exitCode()
                            == 0);
            // else CryptobotOrderFailuresAtStart fires, for failures that stand in the first sample
            await(
                    "Prometheus has seen the counter of failed orders",
                    () -> HttpProbe.get(
                                    addresses
                                            .prometheus()
                                            .resolve(
                                                    "/api/v1/query?query=count_over_time(cryptobot_orders_failed_total%5B1m%5D)%3E2"))
                            .contains("live"));
            stack.exchange().setFault(ExchangeFault.REJECT);
            await("the alert fires", () -> fires(addresses));
            silence(addresses);
            CommandRun lasting = run("postmortem", "check", "--days=1");
            assertThat(lasting.exitCode()).as(lasting.out()).isZero();
            assertThat(lasting.out())
                    .contains("‼ " + ALERT + " (critical, live, cryptobot-desktop) fired ", ": still fires");
            assertThat(run("mode-switch", "--mode=paper", "--reason=funds are gone")
                            .exitCode())
                    .isZero();
            stack.exchange().setFault(ExchangeFault.NONE);
            await("the alert has ended", () -> !fires(addresses));

            Instant later = Instant.now().plus(25, ChronoUnit.HOURS);
            CommandRun missing = run("postmortem", "check", "--at=" + later);
            assertThat(missing.exitCode()).as(missing.out()).isEqualTo(1);
            assertThat(missing.out()).contains("× " + ALERT + " (critical, live, cryptobot-desktop) fired ");

            CommandRun written = run("postmortem", "new", "--alert=" + ALERT);
            assertThat(written.exitCode()).as(written.err()).isZero();
            assertThat(written.err()).isEmpty();
            Path file = Path.of(written.out().strip());
            assertThat(file).hasParent(home.resolve("ops/postmortems"));
            String draft = Files.readString(file);
            assertThat(draft.lines().filter(line -> line.startsWith("| 2")))
                    .as(draft)
                    .anyMatch(line -> line.contains("mode-switch to live (outcome) by ") && line.contains("begin"))
                    .anyMatch(
                            line -> line.endsWith(ALERT + " (critical, live, cryptobot-desktop) fires | Prometheus |"))
                    .anyMatch(line -> line.endsWith(ALERT + " (critical, live, cryptobot-desktop) ends | Prometheus |"))
                    .anyMatch(line -> line.contains("silence of ann on alertname=\"" + ALERT + "\" begins: known"))
                    .anyMatch(line ->
                            line.contains("mode-switch to paper (outcome) by ") && line.contains("funds are gone"));
            assertThat(draft).containsPattern("as Prometheus counted them: [1-9][0-9]*\\.");

            CommandRun unfinished = run("postmortem", "check", "--at=" + later);
            assertThat(unfinished.exitCode()).isEqualTo(1);
            assertThat(unfinished.out())
                    .contains(file + ":", "template text is left")
                    .doesNotContain("× Cryptobot");
            Files.writeString(file, draft.replaceAll("TODO:[^|\"\\n]*", "It was so."));
            CommandRun finished = run("postmortem", "check", "--at=" + later);
            assertThat(finished.exitCode()).as(finished.out()).isZero();

            CommandRun review = run("review", "--json");
            assertThat(review.exitCode()).isZero();
            JsonNode document = JsonSchemas.assertPublished(review.out());
            JsonNode fired = document.at("/fired/0");
            assertThat(fired.path("name").asText()).isEqualTo(ALERT + " (critical, live, cryptobot-desktop)");
            assertThat(fired.path("count").asInt()).isEqualTo(1);
            assertThat(fired.path("seconds").asInt()).isPositive();
            assertThat(fired.path("silenced").asInt()).isEqualTo(1);
            assertThat(document.path("neverFired"))
                    .extracting(JsonNode::asText)
                    .contains("HostDiskFilling", "CryptobotDown")
                    .doesNotContain(ALERT, "Watchdog");
        }
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(environment, arguments);
    }

    /** The shipped rule takes ten minutes and more to end. */
    private static void forgetWithinSeconds(LocalStack stack) throws IOException, InterruptedException {
        Path rules = stack.directory().resolve("ops/prometheus/rules/cryptobot_desktop.yml");
        String shipped = Files.readString(rules);
        Files.writeString(
                rules,
                shipped.replace(
                                "expr: increase(cryptobot_orders_failed_total[5m]) > 3\n",
                                "expr: increase(cryptobot_orders_failed_total[4s]) > 3\n")
                        .replace("keep_firing_for: 5m", "keep_firing_for: 1s"));
        long pid = stack.process("prometheus").pid();
        assertThat(ChildProcess.program("kill", "-HUP", pid).run().exitCode()).isZero();
    }

    private static boolean fires(ChainAddresses addresses) throws IOException, InterruptedException {
        String alerts = HttpProbe.get(addresses.prometheus().resolve("/api/v1/query?query=ALERTS"));
        return Arrays.stream(alerts.split("\"metric\"", -1))
                .anyMatch(alert -> List.of("\"" + ALERT + "\"", "\"firing\"", "\"live\"").stream()
                        .allMatch(alert::contains));
    }

    private static void silence(ChainAddresses addresses) throws IOException, InterruptedException {
        Instant now = Instant.now();
        HttpRequest request = HttpRequest.newBuilder(addresses.alertmanager().resolve("/api/v2/silences"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"matchers\":[{\"name\":\"alertname\",\"value\":\"" + ALERT
                        + "\",\"isRegex\":false,\"isEqual\":true}],\"startsAt\":\"" + now + "\",\"endsAt\":\""
                        + now.plus(5, ChronoUnit.MINUTES) + "\",\"createdBy\":\"ann\",\"comment\":\"known\"}"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }
}
