package io.cryptobot.smoke.sentry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.smoke.localservices.LocalServices;
import io.cryptobot.telemetry.sentry.SentryDsn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentryReadBackIT {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String EVENT = "11112222333344445555666677778888";
    private static final String TOKEN = "sntrys_canary";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private HttpServer api;

    @TempDir
    Path home;

    private record Answer(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                requests.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization"));
                Answer answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
                String asked = path.replaceAll(".*/events/(.*)/", "$1");
                byte[] body = answer.body().replace("ASKED", asked).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
                exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        api.start();
    }

    @AfterEach
    void stop() {
        api.stop(0);
    }

    @Test
    void asksUntilTheEventIsStored() throws InterruptedException {
        answers.add(new Answer(404, "{\"detail\":\"Event not found\"}"));
        answers.add(new Answer(200, "{\"eventID\":\"ASKED\",\"id\":\"ASKED\"}"));

        CheckResult stored = readBack().await(EVENT, TIMEOUT);

        assertThat(stored.status()).isEqualTo(Status.PASS);
        assertThat(stored.evidence()).containsEntry("eventId", EVENT);
        String request = "/api/0/projects/acme/42/events/" + EVENT + "/ Bearer " + TOKEN;
        assertThat(requests).containsExactly(request, request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | '' | HTTP 404: no such event, project or organisation",
                "200 | {\"eventID\":\"another\"} | HTTP 200 without this event",
                "200 | <html> | HTTP 200 without this event",
                "302 | '' | HTTP 302",
                "503 | down | HTTP 503",
            })
    void saysWhatItHeardLast(int status, String body, String last) throws InterruptedException {
        answers.add(new Answer(status, body));

        CheckResult result = readBack().await(EVENT, Duration.ofMillis(300));

        assertThat(result.status()).isEqualTo(Status.TIMEOUT);
        assertThat(result.cause())
                .isEqualTo("Sentry accepted it but does not show it after 300 ms; last answer: " + last);
    }

    @Test
    void saysThatNobodyAnswers() throws InterruptedException {
        SentryReadBack readBack = readBack();
        api.stop(0);

        assertThat(readBack.await(EVENT, Duration.ofMillis(300)).cause()).endsWith("last answer: none");
    }

    @Test
    void doesNotGoOnWithATokenThatIsRefused() throws InterruptedException {
        answers.add(new Answer(403, "{\"detail\":\"no permission\"}"));

        CheckResult result = readBack().await(EVENT, TIMEOUT);

        assertThat(result.status()).isEqualTo(Status.FAIL);
        assertThat(result.cause()).isEqualTo("Sentry answered HTTP 403 to SENTRY_AUTH_TOKEN");
        assertThat(requests).hasSize(1);
    }

    @Test
    void isLeftOutWithoutAToken() {
        assertThat(SentryReadBack.from(Map.of("SENTRY_AUTH_TOKEN", " "), dsn("errors.example")))
                .isNull();
    }

    @Test
    void asksForTheOrganisationWhereTheDsnDoesNotTell() {
        assertThatThrownBy(() -> SentryReadBack.from(Map.of("SENTRY_AUTH_TOKEN", TOKEN), dsn("errors.example")))
                .hasMessageContaining("set SENTRY_ORG")
                .hasMessageNotContaining(TOKEN);
        assertThat(SentryReadBack.from(Map.of("SENTRY_AUTH_TOKEN", TOKEN), dsn("o7.ingest.de.sentry.io")))
                .isNotNull();
    }

    /** Where the token would travel in the clear, or to somebody else. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sentry.example",
                "ftp://sentry.example",
                "https://canary@sentry.example",
                "https://sentry.example/?a=canary",
                "canary canary",
                "canary"
            })
    void refusesAServerThatIsNone(String server) {
        Map<String, String> environment =
                Map.of("SENTRY_AUTH_TOKEN", TOKEN, "SENTRY_ORG", "acme", "SENTRY_URL", server);

        assertThatThrownBy(() -> SentryReadBack.from(environment, dsn("errors.example")))
                .hasMessage("SENTRY_URL is not an address such as https://sentry.example.com");
    }

    @Test
    void isTheSecondHopOfTheCommand() throws IOException {
        answers.add(new Answer(200, "{\"eventID\":\"ASKED\"}"));
        try (LocalServices receivers = LocalServices.start(0)) {
            Map<String, String> environment = new HashMap<>(environment());
            environment.put("CRYPTOBOT_HOME", home.toString());
            environment.put("SENTRY_DSN", receivers.sentryDsn());
            environment.put("SENTRY_ENVIRONMENT", "test");

            CommandRun run = CommandRun.of(environment, "telemetry-smoke", "--raise-exception");

            String eventId = receivers.received().sentry().get(0).eventId();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines().toList())
                    .satisfiesExactly(
                            accepted -> assertThat(accepted).startsWith("√ Sentry accepted the exception"),
                            stored -> assertThat(stored)
                                    .startsWith("√ Sentry stores the exception")
                                    .contains(eventId));
            assertThat(run.out() + run.err()).doesNotContain("canary", "c0ffee");
        }
    }

    private SentryReadBack readBack() {
        SentryReadBack readBack = SentryReadBack.from(environment(), dsn("errors.example"));
        assertThat(readBack).isNotNull();
        return readBack;
    }

    private Map<String, String> environment() {
        String server = "http://127.0.0.1:" + api.getAddress().getPort() + "/";
        return Map.of("SENTRY_AUTH_TOKEN", TOKEN, "SENTRY_ORG", "acme", "SENTRY_URL", server);
    }

    private static SentryDsn dsn(String host) {
        return SentryDsn.parse("https://" + KEY + "@" + host + "/42");
    }
}
