package io.cryptobot.exporter;

import static io.cryptobot.exporter.security.Authority.HASH;
import static io.cryptobot.exporter.security.Authority.TLS;
import static io.cryptobot.exporter.security.Authority.USERS;
import static io.cryptobot.exporter.security.Authority.writePrivate;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.exporter.security.Authority;
import io.cryptobot.testing.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and passwords, as a client meets them. */
class SecuredExporterIT {

    @TempDir
    Path directory;

    private Authority authority;

    @BeforeEach
    void issue() throws Exception {
        authority = Authority.withServer(directory);
    }

    @Test
    void servesTlsToThoseWhoTrustItsAuthority() throws Exception {
        try (RunningExporter exporter = exporter("https", TLS)) {
            assertThat(get(authority.client(), exporter, "/metrics").statusCode())
                    .isEqualTo(200);
            HttpClient stranger = new Authority("another").client();
            assertThatThrownBy(() -> get(stranger, exporter, "/metrics")).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void speaksTheVersionsThatAreAskedFor() throws Exception {
        try (RunningExporter exporter = exporter("https", TLS + "  min_version: TLS13\n")) {
            assertThat(get(speaking("TLSv1.3"), exporter, "/metrics").statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(speaking("TLSv1.2"), exporter, "/metrics"))
                    .isInstanceOf(SSLHandshakeException.class);
        }
        try (RunningExporter exporter = exporter("https", TLS + "  max_version: TLS12\n")) {
            assertThat(get(speaking("TLSv1.2"), exporter, "/metrics").statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(speaking("TLSv1.3"), exporter, "/metrics"))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThatThrownBy(() ->
                            get(speaking("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"), exporter, "/metrics"))
                    .as("a cipher whose padding leaks")
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void asksForAClientsCertificateAndChecksIt() throws Exception {
        String required = TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n";
        try (RunningExporter exporter = exporter("https", required)) {
            HttpClient known = authority.client(authority.issue("prometheus"));
            assertThat(get(known, exporter, "/metrics").statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> get(authority.client(), exporter, "/metrics"))
                    .as("no certificate")
                    .isInstanceOf(IOException.class);
            HttpClient forged = authority.client(new Authority("another").issue("prometheus"));
            assertThatThrownBy(() -> get(forged, exporter, "/metrics"))
                    .as("another authority's")
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(authority.client(), exporter, "/-/healthy"))
                    .as("health is behind the same handshake")
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void letsInWhoShowsTheRightPasswordAndAnybodyToHealth() throws Exception {
        try (RunningExporter exporter = exporter("http", USERS)) {
            assertThat(status(exporter, "/metrics", basic("alice:fakepassword")))
                    .isEqualTo(200);
            assertThat(status(exporter, "/metrics", basic("alice:fakepassword")))
                    .as("cached")
                    .isEqualTo(200);
            assertThat(status(exporter, "/", "bAsIc " + base64("alice:fakepassword")))
                    .isEqualTo(200);
            String[] refused = {
                basic("alice:fakepasswore"),
                basic("alice:"),
                basic("bob:fakepassword"),
                basic("alice"),
                basic(":fakepassword"),
                "Basic",
                "Basic !!!",
                "Basic " + base64("alice:fakepassword") + "=x",
                "Bearer " + base64("alice:fakepassword"),
                ""
            };
            for (String header : refused) {
                HttpResponse<String> response = get(HttpClient.newHttpClient(), exporter, "/metrics", header);
                assertThat(response.statusCode()).as(header).isEqualTo(401);
                assertThat(response.body()).isEqualTo("unauthorized\n");
                assertThat(response.headers().firstValue("WWW-Authenticate"))
                        .contains("Basic realm=\"cryptobot-exporter\", charset=\"UTF-8\"");
            }
            for (String path :
                    new String[] {"/", "/metrics", "/-/quit", "/-/healthy/", "//-/healthy", "/-/healthy;x"}) {
                assertThat(status(exporter, path, "")).as(path).isIn(401, 400);
            }
            assertThat(status(exporter, "/-/healthy", "")).isEqualTo(200);
            assertThat(status(exporter, "/-/ready", "")).isEqualTo(200);
        }
    }

    @Test
    void addsTheHeadersThatAreAskedFor() throws Exception {
        String headers = "http_server_config:\n  headers:\n    X-Frame-Options: deny\n";
        try (RunningExporter exporter = exporter("http", USERS + headers)) {
            assertThat(get(HttpClient.newHttpClient(), exporter, "/metrics", "")
                            .headers()
                            .firstValue("X-Frame-Options"))
                    .contains("deny");
        }
    }

    @Test
    void takesANewCertificateOverAndKeepsTheOldOneWhileTheNewIsBroken() throws Exception {
        try (RunningExporter exporter = exporter("https", TLS)) {
            assertThat(subject(exporter)).isEqualTo("CN=exporter");
            Authority.Issued renewed =
                    authority.issue("renewed", "EC", Instant.now().minusSeconds(60), Duration.ofDays(70));
            Files.writeString(directory.resolve("server.crt"), renewed.certificatePem());
            awaitLog(exporter, 1);
            assertThat(subject(exporter)).as("a certificate without its key").isEqualTo("CN=exporter");
            renewed.writeTo(directory, "server");
            Await.await(
                    "the renewed certificate is served", () -> subject(exporter).equals("CN=renewed"));
            assertThat(RunningExporter.value(
                            get(authority.client(), exporter, "/metrics").body(),
                            "cryptobot_exporter_certificate_not_after_timestamp_seconds"))
                    .isEqualTo(renewed.certificate().getNotAfter().getTime() / 1000);
            writePrivate(directory.resolve("server.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
            awaitLog(exporter, 2);
            assertThat(subject(exporter)).isEqualTo("CN=renewed");
        }
    }

    @Test
    void takesANewAuthorityOfClientsOver() throws Exception {
        String required = TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n";
        try (RunningExporter exporter = exporter("https", required)) {
            Authority next = new Authority("next");
            Authority.Issued old = authority.issue("prometheus");
            Authority.Issued fresh = next.issue("prometheus");
            assertThat(get(authority.client(old), exporter, "/metrics").statusCode())
                    .isEqualTo(200);
            Files.writeString(directory.resolve("ca.crt"), next.certificatePem());
            Await.await("a client of the new authority is served", () -> answers(authority.client(fresh), exporter));
            assertThat(answers(authority.client(old), exporter)).isFalse();
        }
    }

    @Test
    void takesNewUsersOverAndKeepsTheOldOnesWhileTheFileIsBroken() throws Exception {
        try (RunningExporter exporter = exporter("http", USERS)) {
            assertThat(status(exporter, "/metrics", basic("alice:fakepassword")))
                    .isEqualTo(200);
            webConfig("basic_auth_users:\n  bob: " + HASH + "\n");
            Await.await("the new user is known", () -> status(exporter, "/metrics", basic("bob:fakepassword")) == 200);
            assertThat(status(exporter, "/metrics", basic("alice:fakepassword")))
                    .isEqualTo(401);
            String[] broken = {"", "basic_auth_users:\n  bob: plain\n", "{", TLS + USERS};
            for (int i = 0; i < broken.length; i++) {
                webConfig(broken[i]);
                awaitLog(exporter, i + 1);
                assertThat(status(exporter, "/metrics", "")).as(broken[i]).isEqualTo(401);
                assertThat(status(exporter, "/metrics", basic("bob:fakepassword")))
                        .as(broken[i])
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void servesAnExpiredCertificateToThoseWhoDoNotMind() throws Exception {
        authority
                .issue("expired", "EC", Instant.now().minus(Duration.ofDays(2)), Duration.ofDays(1))
                .writeTo(directory, "server");
        try (RunningExporter exporter = exporter("https", TLS)) {
            assertThatThrownBy(() -> get(authority.client(), exporter, "/metrics"))
                    .as("the client's own words, about what it was shown")
                    .hasStackTraceContaining("CertificateExpiredException");
        }
    }

    @Test
    void guessesDoNotKeepAScraperOut() throws Exception {
        try (RunningExporter exporter = exporter("http", USERS)) {
            assertThat(status(exporter, "/metrics", basic("alice:fakepassword")))
                    .isEqualTo(200);
            HttpClient client = HttpClient.newHttpClient();
            AtomicBoolean stop = new AtomicBoolean();
            Set<Integer> statuses = ConcurrentHashMap.newKeySet();
            List<Thread> guessers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String guess = basic("alice:" + i);
                guessers.add(new Thread(() -> {
                    while (!stop.get()) {
                        statuses.add(statusOrFailure(client, exporter, guess));
                    }
                }));
            }
            guessers.forEach(Thread::start);
            try {
                Await.await("guesses are refused in both ways", () -> statuses.containsAll(Set.of(401, 429)));
                for (int i = 0; i < 20; i++) {
                    assertThat(status(exporter, "/metrics", basic("alice:fakepassword")))
                            .isEqualTo(200);
                    assertThat(status(exporter, "/-/healthy", "")).isEqualTo(200);
                }
            } finally {
                stop.set(true);
                for (Thread guesser : guessers) {
                    guesser.join();
                }
            }
            assertThat(statuses).containsExactlyInAnyOrder(401, 429);
        }
    }

    @Test
    void aConnectionInUseOutlivesThoseThatSayNothing() throws Exception {
        try (RunningExporter exporter = exporter("https", TLS);
                Socket scraper = authority.context().getSocketFactory().createSocket("127.0.0.1", port(exporter))) {
            assertThat(firstLine(scraper)).isEqualTo("HTTP/1.1 200 OK");
            List<Socket> silent = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    silent.add(new Socket("127.0.0.1", port(exporter)));
                }
                Await.await("connections are closed", () -> !exporter.warnings().isEmpty());
                assertThat(firstLine(scraper)).as("on the same connection").isEqualTo("HTTP/1.1 200 OK");
            } finally {
                for (Socket socket : silent) {
                    socket.close();
                }
            }
        }
    }

    private RunningExporter exporter(String scheme, String webConfig) throws Exception {
        return new RunningExporter(
                directory.resolve("run"), scheme, webConfig(webConfig).toString());
    }

    private Path webConfig(String content) throws Exception {
        return writePrivate(directory.resolve("web.yml"), content);
    }

    /** @param suites empty for all that the JDK has */
    private HttpClient speaking(String protocol, String... suites) throws Exception {
        SSLParameters parameters = new SSLParameters(suites.length == 0 ? null : suites);
        parameters.setProtocols(new String[] {protocol});
        return HttpClient.newBuilder()
                .sslContext(authority.context())
                .sslParameters(parameters)
                .build();
    }

    private String subject(RunningExporter exporter) throws Exception {
        var session =
                get(authority.client(), exporter, "/-/healthy").sslSession().orElseThrow();
        return ((X509Certificate) session.getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private static boolean answers(HttpClient client, RunningExporter exporter) throws Exception {
        try {
            return get(client, exporter, "/metrics").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int status(RunningExporter exporter, String path, String authorization) throws Exception {
        return get(HttpClient.newHttpClient(), exporter, path, authorization).statusCode();
    }

    private static HttpResponse<String> get(HttpClient client, RunningExporter exporter, String path) throws Exception {
        return get(client, exporter, path, "");
    }

    private static HttpResponse<String> get(
            HttpClient client, RunningExporter exporter, String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(exporter.uri(path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), BodyHandlers.ofString(UTF_8));
    }

    private static int statusOrFailure(HttpClient client, RunningExporter exporter, String authorization) {
        try {
            return get(client, exporter, "/metrics", authorization).statusCode();
        } catch (Exception e) {
            return -1;
        }
    }

    private static int port(RunningExporter exporter) {
        return exporter.uri("/").getPort();
    }

    /** {@return the status line of an answer on a connection that stays open, with the answer read} */
    private static String firstLine(Socket socket) throws IOException {
        socket.getOutputStream().write("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("closed after: " + answer).isNotNegative();
            answer.append((char) next);
        }
        return answer.substring(0, answer.indexOf("\r\n"));
    }

    private static String basic(String credentials) {
        return "Basic " + base64(credentials);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /** The warnings that the web configuration cost so far. */
    private static void awaitLog(RunningExporter exporter, int warnings) throws Exception {
        Await.await(warnings + " warnings are logged", () -> exporter.warnings().size() >= warnings);
        assertThat(exporter.warnings()).hasSize(warnings);
    }
}
