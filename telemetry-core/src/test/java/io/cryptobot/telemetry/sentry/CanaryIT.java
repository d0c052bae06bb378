package io.cryptobot.telemetry.sentry;

import static io.cryptobot.testing.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import io.cryptobot.testing.FakeSentry;
import io.sentry.Attachment;
import io.sentry.CheckIn;
import io.sentry.CheckInStatus;
import io.sentry.Sentry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Secrets put wherever a bot can put them, in random forms, looked for in all that leaves the process and in the spool.
 */
class CanaryIT {
    private static final org.slf4j.Logger LOGGER = LoggerFactory.getLogger(CanaryIT.class);
    private static final int ROUNDS = 40;
    private static final int EVENTS = 2 * ROUNDS;

    /** How a secret stands in a text. */
    private static final List<UnaryOperator<String>> FORMS = List.of(
            secret -> "api_key=" + secret,
            secret -> "{\"apiSecret\":\"" + secret + "\"}",
            secret -> "https://" + secret + "@o1.ingest.sentry.io/1",
            secret -> "GET /order?symbol=BTC&signature=" + secret,
            secret -> "X-MBX-APIKEY: " + secret,
            secret -> "Authorization: Bearer " + secret,
            secret -> "passphrase: correct " + secret,
            secret -> "https://hooks.slack.com/services/T0/B0/" + secret);

    private final long seed = Long.getLong("sentry.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final FakeSentry sentry = new FakeSentry();

    @TempDir
    Path spool;

    @AfterEach
    void stop() {
        MDC.clear();
        sentry.close();
    }

    @Test
    void noSecretLeavesTheProcessOrLiesInTheSpool() throws IOException {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender("console");
        sentry.answer(503, "down");
        List<SentryDelivery> heard = new CopyOnWriteArrayList<>();
        SentryReporting.TransportOptions transport = new SentryReporting.TransportOptions(
                spool,
                Spool.Limits.DEFAULT,
                new SpoolingTransport.Backoff(Duration.ofMillis(20), Duration.ofMillis(100)));
        try (SentryReporting reporting = SentryReporting.start(
                TestSettings.of(sentry.dsn()), "bot", heard::add, transport, SentryReporting.Appender.ATTACHED)) {
            reporting.tag("strategy", this::text);
            for (int round = 0; round < ROUNDS; round++) {
                logSomethingSecret();
            }
            await("all is in the spool", () -> files().size() == EVENTS);
            for (Path file : files()) {
                assertThat(Files.readString(file))
                        .as("seed %d", seed)
                        .contains("order failed")
                        .doesNotContain("zQ7canary");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                assertThat(Files.readString(file))
                        .as("the key of the DSN")
                        .doesNotContain(SentryDsn.parse(sentry.dsn()).publicKey());
            }
            sentry.recover();
            await("all has arrived", () -> sentry.accepted().size() == EVENTS);
        }

        assertThat(sentry.envelopes())
                .as("seed %d", seed)
                .allSatisfy(envelope ->
                        assertThat(envelope).contains("order failed").doesNotContain("zQ7canary"));
        keepForOtherParsers();
        assertThat(heard)
                .as("seed %d", seed)
                .allSatisfy(delivery -> assertThat(delivery.reason()).doesNotContain("zQ7canary"));
    }

    /** For {@code .ci/check-envelopes}. */
    private void keepForOtherParsers() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "envelopes"));
        for (int number = 0; number < sentry.accepted().size(); number++) {
            Files.writeString(
                    directory.resolve(number + ".envelope"), sentry.accepted().get(number));
        }
    }

    private void logSomethingSecret() {
        MDC.put("exchange", text());
        MDC.put("api_secret", canary());
        MDC.put("note", text());
        Sentry.configureScope(scope -> {
            scope.setTag("tag", text());
            scope.setTag("token", canary());
            scope.setExtra("extra", text());
            scope.setContexts("custom", Map.of("password", canary(), "list", List.of(text()), text(), 1));
            scope.setTransaction(text());
            scope.setFingerprint(List.of(text()));
            scope.addAttachment(new Attachment(text().getBytes(UTF_8), "bot.log"));
        });
        LOGGER.info("before: {}", text());
        LOGGER.warn(text(), new IOException(text()));
        IllegalStateException error = new IllegalStateException(text(), new IOException(text()));
        error.addSuppressed(new IOException(text()));
        LOGGER.error("order failed: {} and {}", text(), text(), error);
        Sentry.captureMessage("order failed " + text());
        Sentry.withScope(scope -> Sentry.captureCheckIn(new CheckIn(text(), CheckInStatus.ERROR)));
    }

    private String text() {
        String noise = Integer.toString(random.nextInt(1_000_000), 36).toLowerCase(Locale.ROOT);
        return noise + " " + FORMS.get(random.nextInt(FORMS.size())).apply(canary()) + " " + noise;
    }

    private String canary() {
        return "zQ7canary" + Long.toHexString(random.nextLong());
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(spool)) {
            return files.filter(file -> file.toString().endsWith(".event")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
