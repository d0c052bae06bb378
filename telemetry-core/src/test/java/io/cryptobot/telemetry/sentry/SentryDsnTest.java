package io.cryptobot.telemetry.sentry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentryDsnTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://" + KEY + "@o1.ingest.sentry.io/42",
                "https://" + KEY + "@sentry.example:8443/behind/proxy/42",
                "http://" + KEY + "@127.0.0.1:9000/1",
                "http://" + KEY + "@localhost/1",
                "http://" + KEY + "@[::1]:9000/1"
            })
    void acceptsWhatSentryGivesOut(String text) {
        SentryDsn dsn = SentryDsn.parse(text);

        assertThat(dsn.reveal()).isEqualTo(text);
        assertThat(dsn.publicKey()).isEqualTo(KEY);
        assertThat(dsn.toString()).isEqualTo(text.replace(KEY, "***"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not a url | it is not a URL",
                "''  | it does not begin with https://",
                "ftp://KEY@host/1 | it does not begin with https://",
                "http://KEY@sentry.example/1 | http is accepted for loopback hosts only",
                "https://host/1 | it has no public key before @",
                "https://canary@host/1 | its public key is not 32 hexadecimal digits",
                "https://KEY:canary@host/1 | it has a secret key behind the public key (old form; copy the address again)",
                "https://KEY@host | it does not end in a numeric project",
                "https://KEY@host/canary | it does not end in a numeric project",
                "https://KEY@host:99999/1 | it has no valid host",
                "https://KEY@/1 | it has no valid host",
                "https://KEY@host/1?x=canary | it has text behind the project",
                "mailto:canary@host | it does not begin with https://",
            })
    void saysWhatIsWrongWithoutShowingIt(String text, String reason) {
        assertThatThrownBy(() -> SentryDsn.parse(text.replace("KEY", KEY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Sentry DSN is invalid: " + reason + "; expected https://<public key>@<host>/<project number>")
                .hasNoCause();
    }

    @Test
    void knowsItsProject() {
        assertThat(SentryDsn.parse("https://" + KEY + "@h/a/42").project()).isEqualTo("42");
    }

    @Test
    void knowsItsServerWithoutTheKey() {
        String key = "0123456789abcdef0123456789abcdef";

        assertThat(SentryDsn.parse("https://" + key + "@o1.ingest.sentry.io/42").server())
                .hasToString("https://o1.ingest.sentry.io");
        assertThat(SentryDsn.parse("https://" + key + "@errors.example:8443/sentry/42")
                        .server())
                .hasToString("https://errors.example:8443/sentry");
    }
}
