package io.cryptobot.telemetry.sentry;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import io.cryptobot.telemetry.sentry.SentryDelivery.Result;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.FakeSentry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The SDK as it is: each test here also guards an internal of the SDK that the reporting relies on. */
class SentryReportingIT {
    private static final org.slf4j.Logger LOGGER = LoggerFactory.getLogger(SentryReportingIT.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final FakeSentry sentry = new FakeSentry();

    @TempDir
    Path directory;

    @BeforeAll
    static void silenceTheConsole() {
        root().detachAppender("console");
    }

    @AfterEach
    void stop() {
        MDC.clear();
        sentry.close();
    }

    @Test
    void tellsWhichEventWasAccepted() throws InterruptedException {
        List<SentryDelivery> heard = new ArrayList<>();
        SentryDelivery delivery;
        try (SentryReporting reporting = SentryReporting.start(TestSettings.of(sentry.dsn()), "bot", heard::add)) {
            assertThat(reporting.isOn()).isTrue();
            delivery = log(reporting, new IllegalStateException("no funds"));
        }

        assertThat(delivery.result()).isEqualTo(Result.ACCEPTED);
        assertThat(heard).containsExactly(delivery);
        assertThat(sentry.envelopes())
                .singleElement()
                .asString()
                .contains("\"event_id\":\"" + delivery.eventId() + "\"", "\"value\":\"no funds\"")
                .contains("\"environment\":\"test\"", "\"release\":\"9fa301e\"", "\"component\":\"bot\"")
                .doesNotContain("server_name", "\"modules\"");
    }

    @Test
    void anAppenderOfAConfigurationFileReportsWhileItRuns() {
        ReportingAppender appender = new ReportingAppender(TestSettings.of(sentry.dsn()), "exporter");
        appender.setContext(root().getLoggerContext());
        appender.start();
        root().addAppender(appender);
        try {
            LOGGER.error("once, secret=canary");
        } finally {
            root().detachAppender(appender);
            appender.stop();
        }
        LOGGER.error("not any more");

        assertThat(sentry.envelopes())
                .singleElement()
                .asString()
                .contains("once, secret=", "\"component\":\"exporter\"")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | no | REJECTED | Sentry answered HTTP 403: the DSN's key or project is not accepted",
                "404 | no | REJECTED | Sentry answered HTTP 404: no such project at this address",
                "413 | no | REJECTED | Sentry answered HTTP 413: the event is too large",
                "400 | no | REJECTED | Sentry answered HTTP 400",
                "202 | ok | REJECTED | Sentry answered HTTP 202",
                "200 | <html>ok | REJECTED | HTTP 200 without the event's id: the server at this address is not Sentry",
                "500 | no | NETWORK | Sentry answered HTTP 500",
                "503 | '' | NETWORK | Sentry answered HTTP 503",
                "302 | moved | NETWORK | Sentry answered HTTP 302",
                "429 | no | RATE_LIMITED | Sentry limits the rate of events (HTTP 429)",
            })
    void tellsWhyAnEventWasNotAccepted(int status, String body, Result result, String reason)
            throws InterruptedException {
        sentry.answer(status, body);
        try (SentryReporting reporting = SentryReporting.start(TestSettings.of(sentry.dsn()), "bot")) {
            SentryDelivery delivery = log(reporting, new IllegalStateException());

            assertThat(delivery.result()).isEqualTo(result);
            assertThat(delivery.reason()).isEqualTo(reason);
        }
    }

    @Test
    void waitsAsLongAsSentryAsksFor() {
        sentry.answer(429, "no", Map.of("Retry-After", "1"));
        try (SentryReporting reporting = SentryReporting.start(TestSettings.of(sentry.dsn()), "bot")) {
            LOGGER.error("first");
            LOGGER.error("second");
            await("the first was sent", () -> sentry.envelopes().size() == 1);
            sentry.recover();
            await("both have arrived", () -> sentry.accepted().size() == 2);
            assertThat(reporting.isOn()).isTrue();
        }

        assertThat(sentry.envelopes()).hasSize(3);
        assertThat(sentry.acceptedMessages()).containsExactly("first", "second");
    }

    @Test
    void tellsThatNobodyAnswers() throws InterruptedException {
        SentrySettings settings = TestSettings.of(sentry.dsn());
        sentry.close();
        try (SentryReporting reporting = SentryReporting.start(settings, "bot")) {
            SentryDelivery delivery = log(reporting, new IllegalStateException());

            assertThat(delivery.result()).isEqualTo(Result.NETWORK);
            assertThat(delivery.reason()).isEqualTo("no answer from Sentry (connection refused, broken, or too slow)");
        }
    }

    @Test
    void sendsNoSecretFromAnyPartOfAnEvent() throws InterruptedException {
        MDC.put("api_key", "canary-mdc");
        MDC.put("note", "token=canary-note");
        MDC.put("exchange", "kraken password=canary-tag");
        try (SentryReporting reporting = SentryReporting.start(TestSettings.of(sentry.dsn()), "bot")) {
            LOGGER.info("history secret=canary-history");
            LOGGER.info("history by parameter, secret={}", "canary-history-parameter");
            IllegalStateException error = new IllegalStateException(
                    "https://user:canary-url@host/", new IOException("X-MBX-APIKEY: canary-cause"));
            error.addSuppressed(new IOException("passphrase=canary-suppressed"));
            SentryAcknowledgement acknowledgement = reporting.acknowledgementOf(error);
            LOGGER.error("failed, api secret: {}", "canary-parameter", error);

            assertThat(acknowledgement.await(TIMEOUT).result()).isEqualTo(Result.ACCEPTED);
        }

        assertThat(sentry.envelopes())
                .singleElement()
                .asString()
                .contains("failed, api secret: ***", "\"exchange\":\"kraken password=***\"", "history secret=***")
                .doesNotContain("canary");
    }

    @Test
    void isOffWithoutADsnAndSaysSo() throws InterruptedException {
        SentrySettings off = SentrySettings.resolve(Map.of(), Map.of(), directory.resolve("none.json"));
        try (SentryReporting reporting = SentryReporting.start(off, "bot")) {
            SentryDelivery delivery = log(reporting, new IllegalStateException());

            assertThat(reporting.isOn()).isFalse();
            assertThat(delivery).isEqualTo(new SentryDelivery(Result.DROPPED, "", "Sentry reporting is off"));
        }
    }

    @Test
    void takesItsAppenderAwayAgain() {
        SentryReporting.start(TestSettings.of(sentry.dsn()), "bot").close();

        assertThat(root().getAppender("sentry")).isNull();
    }

    @Test
    @Timeout(30)
    void closesWhenSentryHangs() throws IOException {
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            SentryReporting reporting =
                    SentryReporting.start(TestSettings.of(FakeSentry.dsn(hanging.getLocalPort())), "bot");
            LOGGER.error("never answered");
            reporting.close();
            assertThat(root().getAppender("sentry")).isNull();
        }
    }

    @Test
    void doesNotKeepADyingBotAliveWhenSentryHangs() throws IOException {
        long start = System.nanoTime();
        try (ChildProcess bot = startBot(sentry.dsn())) {
            bot.awaitExit(Duration.ofSeconds(60));
        }
        Duration usual = Duration.ofNanos(System.nanoTime() - start);
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            try (ChildProcess bot = startBot(FakeSentry.dsn(hanging.getLocalPort()))) {
                // The JVM's start is within the time. Without the settings the hanging Sentry costs 16 s, with them 2.5
                // s.
                assertThat(bot.awaitExit(usual.multipliedBy(2).plusSeconds(10))).isEqualTo(1);
                assertThat(bot.output()).contains("IllegalStateException: crash", "at io.cryptobot");
            }
        }
    }

    @Test
    void reportsTheExceptionThatNobodyCaught() {
        try (ChildProcess bot = startBot(sentry.dsn())) {
            bot.awaitExit(Duration.ofSeconds(60));
        }
        assertThat(sentry.envelopes()).hasSize(2);
        assertThat(String.join("\n", sentry.envelopes()))
                .contains("order failed", "crash with secret=***", "\"level\":\"fatal\"")
                .doesNotContain("canary");
    }

    private static SentryDelivery log(SentryReporting reporting, Throwable error) throws InterruptedException {
        SentryAcknowledgement acknowledgement = reporting.acknowledgementOf(error);
        LOGGER.error("order failed", error);
        return acknowledgement.await(TIMEOUT);
    }

    private static ChildProcess startBot(String dsn) {
        return ChildProcess.java(CrashingBot.class, dsn)
                // the SDK alone would switch itself off because of this
                .environment("SENTRY_DSN", "")
                .start();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
