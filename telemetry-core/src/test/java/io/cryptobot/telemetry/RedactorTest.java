package io.cryptobot.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    /** Places where a secret stands; {@code %s} is the secret. */
    private static final List<String> PLACES = List.of(
            "https://%s@o1.ingest.sentry.io/42",
            "https://user:%s@exchange.example/api?x=1",
            "postgres://bot:%s@db:5432/orders",
            "posted to https://hooks.slack.com/services/T00/B00/%s failed",
            "api_key=%s",
            "apiKey = %s, symbol=BTC",
            "?symbol=BTCUSDT&signature=%s&timestamp=1",
            "{\"secret\":\"%s\",\"symbol\":\"BTC\"}",
            "{\"passphrase\" : \"%s\"}",
            "body \"{\\\"apiSecret\\\":\\\"%s\\\",\\\"a\\\":1}\" sent",
            "{token=%s}",
            "Headers[API-Sign: %s]",
            "X-MBX-APIKEY: %s",
            "X-MBX-APIKEY %s",
            "symbol=BTCUSDT&sign=%s&recvWindow=5000",
            "passphrase: correct horse %s",
            "session eyJhbGciOiJIUzI1NiJ9.eyJ%s.dBjftJeZ4CVP-mB92K",
            "x-mbx-apikey => %s",
            "KC-API-PASSPHRASE:%s",
            "OK-ACCESS-SIGN: %s",
            "{X-MBX-APIKEY=[%s]}",
            "Authorization: Bearer %s",
            "Authorization: Token %s",
            "curl -H 'Authorization: Basic %s'",
            "Cookie: a=1; session=%s",
            "SENTRY_DSN='%s'",
            "password: '%s'",
            "client_secret='%s",
            "key=%s");

    @Test
    void hidesACanaryInEveryPlaceAmongRandomText() {
        long seed = Long.getLong("redactor.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            for (String place : PLACES) {
                String canary = "Can4ry" + Long.toHexString(random.nextLong()) + "Z";
                String text = noise(random) + " " + place.formatted(canary) + " " + noise(random);
                String redacted = Redactor.redact(text);
                assertThat(redacted).as("seed %d: %s", seed, text).doesNotContain(canary);
                assertThat(Redactor.redact(redacted))
                        .as("seed %d, twice: %s", seed, text)
                        .isEqualTo(redacted);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://0123456789abcdef0123456789abcdef@sentry.example/7 | https://***@sentry.example/7",
                "see https://hooks.slack.com/services/T1/B2/xyz now | see https://hooks.slack.com/*** now",
                "apiKey=abc, symbol=BTC | apiKey=***, symbol=BTC",
                "?apiKey=abc&symbol=BTC | ?apiKey=***&symbol=BTC",
                "{\"api_key\":\"a\\\"b\",\"n\":1} | {\"api_key\":\"***\",\"n\":1}",
                "Authorization: Bearer abcdefgh | Authorization: ***",
                "routing 0123456789ABCDEF0123456789abcdef end | routing *** end",
            })
    void leavesTheTextAroundASecretReadable(String text, String expected) {
        assertThat(Redactor.redact(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order 7 of BTC-USD failed after 750 ms: insufficient funds",
                "https://api.exchange.example/v1/orders?symbol=BTC",
                "java.lang.IllegalStateException: connection reset",
                "release 9fa301e, uuid 3f2b8c1e-4d5a-4f6b-8c7d-9e0f1a2b3c4d",
                ""
            })
    void leavesTextWithoutSecretsAlone(String text) {
        assertThat(Redactor.redact(text)).isEqualTo(text);
    }

    @Test
    void hidesPrivateKeysToTheirEnd() {
        String pem =
                "cannot read -----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\nabc==\n-----END EC PRIVATE KEY----- of user";

        assertThat(Redactor.redact(pem)).isEqualTo("cannot read *** of user");
        assertThat(Redactor.redact("-----BEGIN PRIVATE KEY-----\nMHcCAQEE")).isEqualTo("***");
    }

    @Test
    void hidesLongTokensWithoutAName() {
        assertThat(Redactor.redact("sent " + "aB3".repeat(22) + " to exchange")).isEqualTo("sent *** to exchange");
    }

    @Test
    void judgesAnEntryByItsNameToo() {
        assertThat(Redactor.redactEntry("api_key", "abc")).isEqualTo("***");
        assertThat(Redactor.redactEntry("symbol", "BTC")).isEqualTo("BTC");
        assertThat(Redactor.redactEntry("note", "token=abc")).isEqualTo("token=***");
    }

    /** Quadratic work on these would take minutes. The limit is far from what linear work needs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "key",
                "://",
                "https://",
                "key=",
                "\\",
                "\"",
                "key\"",
                "a@",
                "-----BEGIN PRIVATE KEY-----",
                "f",
                "key ",
                "basic ",
                "=",
                "key=\"\\",
                "authorization:",
                "hooks.slack.com/"
            })
    void takesLinearTimeOnHostileText(String piece) {
        // Processor time, so that a busy machine does not matter. Eight times the text: 64 times the time if it were
        // quadratic.
        assertTimeoutPreemptively(Duration.ofMinutes(5), () -> {
            cpuNanos(piece, 60_000); // warm-up
            long small = Math.max(cpuNanos(piece, 60_000), TimeUnit.MILLISECONDS.toNanos(5));
            assertThat(cpuNanos(piece, 480_000)).isLessThan(24 * small);
        });
    }

    private static long cpuNanos(String piece, int length) {
        String text = piece.repeat(length / piece.length());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        Redactor.redact(text);
        return threads.getCurrentThreadCpuTime() - start;
    }

    private static String noise(Random random) {
        String alphabet = "abc XYZ 0123 .,:;=&?/'\\\"{}[]()@-_\n";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
