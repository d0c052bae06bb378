package io.cryptobot.exporter.security;

import static io.cryptobot.exporter.security.Authority.HASH;
import static io.cryptobot.exporter.security.Authority.TLS;
import static io.cryptobot.exporter.security.Authority.USERS;
import static io.cryptobot.exporter.security.Authority.writePrivate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.exporter.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebSecurityTest {
    private static final String NOT_IN_FORCE = "The changed web configuration is rejected, the old one stays active: ";
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path directory;

    @AutoClose
    private final CapturedLog log = new CapturedLog(WebSecurity.class);

    @Test
    void aChangeCountsOnceItHasStoodStillForAPoll() throws Exception {
        WebSecurity security = load(USERS, Clock.systemUTC());
        LoadedWebConfig first = security.access();
        security.poll();
        assertThat(security.access()).as("nothing has changed").isSameAs(first);
        webConfig(USERS + "  bob: " + HASH + "\n");
        security.poll();
        assertThat(security.access()).as("it may be half written").isSameAs(first);
        security.poll();
        assertThat(security.access().users().verify("bob", "fakepassword")).isTrue();
        assertThat(log.messages()).containsExactly("The changed web configuration is active");
    }

    @Test
    void whatCannotBeUsedLeavesTheOldInForceAndCostsOneLineForHoweverManyPolls() throws Exception {
        WebSecurity security = load(USERS, Clock.systemUTC());
        LoadedWebConfig first = security.access();
        Path file = webConfig("basic_auth_users:\n  alice: hunter2\n");
        poll(security, 5);
        Files.delete(file);
        poll(security, 5);
        webConfig(USERS);
        poll(security, 5);
        assertThat(security.access()).isSameAs(first);
        assertThat(log.messages())
                .containsExactly(
                        NOT_IN_FORCE + file
                                + ": basic_auth_users.alice is not a bcrypt hash; htpasswd -nBC 10 \"\" | tr -d ':\\n'"
                                + " makes one",
                        NOT_IN_FORCE + file + ": there is no such file",
                        "The changed web configuration is rejected, the old one stays active: the problem is gone");
    }

    @Test
    void noChangeOpensADoorWhileItRuns() throws Exception {
        new Authority("ours").issue("exporter").writeTo(directory, "server");
        WebSecurity security = load(TLS + USERS, Clock.systemUTC());
        Path file = webConfig(TLS);
        poll(security, 2);
        assertThat(security.access().users().isEmpty()).isFalse();
        webConfig(USERS);
        poll(security, 2);
        assertThat(security.access().tls()).isNotNull();
        assertThat(log.messages())
                .containsExactly(
                        NOT_IN_FORCE + file
                                + ": basic_auth_users is gone; to ask for no passwords any more takes a restart",
                        NOT_IN_FORCE + file + ": turning TLS on or off takes a restart");
    }

    @Test
    void tellsOfACertificateThatNobodyWillAcceptAndOfOneThatSoonIsSuch() throws Exception {
        new Authority("ours")
                .issue("exporter", "EC", FROM, Duration.between(FROM, UNTIL))
                .writeTo(directory, "server");
        load(TLS, at(FROM.minusSeconds(1))).poll();
        load(TLS, at(FROM)).poll();
        load(TLS, at(UNTIL.minus(Duration.ofDays(7)).plusSeconds(1))).poll();
        WebSecurity expired = load(TLS, at(UNTIL.plusSeconds(1)));
        poll(expired, 3);
        Path certificate = directory.resolve("server.crt");
        assertThat(log.messages())
                .containsExactly(
                        certificate
                                + ": the certificate is not valid before 2026-01-01T00:00:00Z: clients will refuse it",
                        certificate + ": the certificate expires on 2026-03-01T00:00:00Z",
                        certificate + ": the certificate has expired on 2026-03-01T00:00:00Z: clients will refuse it");
    }

    @Test
    void refusesUsersThatOthersMayRead() throws Exception {
        Path file = webConfig(USERS);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> WebSecurity.load(file, Clock.systemUTC()))
                .hasMessage(file + ": holds hashes of passwords and is open to every user of this host: chmod o-rwx");
    }

    @Test
    void addsTheToolkitsHeadersAndNoOther() throws Exception {
        String headers = USERS + "http_server_config:\n  headers:\n";
        assertThat(load(headers + "    X-Frame-Options: deny\n    X-XSS-Protection: ''\n", Clock.systemUTC())
                        .access()
                        .headers())
                .containsOnly(Map.entry("X-Frame-Options", "deny"));
        Path file = directory.resolve("web.yml");
        assertThatThrownBy(() -> load(headers + "    X-Frame-Options: none\n", Clock.systemUTC()))
                .hasMessage(file + ": http_server_config.headers.X-Frame-Options must be deny or sameorigin, was none");
        assertThatThrownBy(() -> load(headers + "    Set-Cookie: a\n", Clock.systemUTC()))
                .hasMessage(file + ": http_server_config.headers.Set-Cookie cannot be set, only"
                        + " Content-Security-Policy, Strict-Transport-Security, X-Content-Type-Options,"
                        + " X-Frame-Options, X-XSS-Protection");
    }

    private WebSecurity load(String content, Clock clock) throws Exception {
        return WebSecurity.load(webConfig(content), clock);
    }

    private Path webConfig(String content) throws Exception {
        return writePrivate(directory.resolve("web.yml"), content);
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private static void poll(WebSecurity security, int times) {
        for (int i = 0; i < times; i++) {
            security.poll();
        }
    }
}
