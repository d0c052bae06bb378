package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that say nonsense, too much, or nothing, and what the well-behaved one beside them notices of it. */
class HostileClientsIT {
    private static final int SCRAPES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Longer than the scraper waits: hostile clients are hostile for as long as it takes to starve it. */
    private static final Duration FOR_EVER = Duration.ofMinutes(10);

    @TempDir
    Path run;

    @AutoClose
    private RunningExporter exporter;

    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        exporter = new RunningExporter(run, FOR_EVER);
    }

    @AfterEach
    void disconnect() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void whatIsMalformedGetsItsStatusAndNotAWordMore() throws Exception {
        refuses("400 Bad Request", "nonsense\r\n\r\n");
        refuses("400 Bad Request", "GET /metrics HTTP/1.1\r\n\r\n");
        refuses("400 Bad Request", "GET /metrics HTTP/1.1\r\nHost: some host\r\n\r\n");
        refuses("400 Bad Request", "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        refuses("400 Bad Request", "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        refuses("400 Bad Request", "GET /..%2fmetrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        refuses("400 Bad Request", "GET /metrics HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n");
        refuses("400 Bad Request", "GET /metrics HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n");
        refuses(
                "400 Bad Request",
                "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        refuses("400 Bad Request", "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n");
        refuses("400 Bad Request", "\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n");
        refuses("505 HTTP Version Not Supported", "GET /metrics HTTP/9.9\r\nHost: a\r\n\r\n");
        refuses("414 URI Too Long", "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(
                "431 Request Header Fields Too Large",
                "GET /metrics HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(20_000) + "\r\n\r\n");
    }

    @Test
    void aBodyIsRefusedUnread() throws Exception {
        refuses("413 Payload Too Large", "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        refuses(
                "413 Payload Too Large",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        refuses("413 Payload Too Large", "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000\r\n\r\n");
        String bomb = zeros();
        refuses(
                "413 Payload Too Large",
                "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length()
                        + "\r\n\r\n" + bomb);
    }

    @Test
    void everyRefusalIsCountedOnce() throws Exception {
        String series = "cryptobot_exporter_http_4xx_responses_total";
        double before = RunningExporter.value(exporter.page(), series);
        refuses("413 Payload Too Large", "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        refuses("400 Bad Request", "nonsense\r\n\r\n");
        refuses("400 Bad Request", "GET /..%2fmetrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        refuses("404 Not Found", "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        refuses("405 Method Not Allowed", "DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        refuses("414 URI Too Long", "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(RunningExporter.value(exporter.page(), series) - before).isEqualTo(6);
    }

    @Test
    void aThousandSilentConnectionsDoNotKeepAScraperOut() throws Exception {
        List<Socket> silent = open(1000);
        scrapes();
        assertThat(stillOpen(silent)).as("connections of the thousand").isLessThanOrEqualTo(128);
        assertThat(exporter.warnings())
                .containsExactly(
                        "More than 128 connections are idle or have not sent a request: each new one closes an old one");
    }

    @Test
    void requestsThatComeByteByByteDoNotKeepAScraperOut() throws Exception {
        List<Socket> slow = open(200);
        AtomicBoolean stop = new AtomicBoolean();
        Thread trickle = new Thread(() -> {
            String request = "GET /metrics HTTP/1.1\r\nHost: a\r\nX: ";
            for (int i = 0; !stop.get(); i++) {
                for (Socket socket : slow) {
                    RawHttp.write(socket, i < request.length() ? request.substring(i, i + 1) : "a");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        });
        trickle.start();
        try {
            scrapes();
        } finally {
            stop.set(true);
            trickle.join();
        }
    }

    @Test
    void pagesThatNobodyReadsHoldNoThread() throws Exception {
        try (Telemetry bot = bot()) {
            assertThat(bot.degradedReason()).isEmpty();
            List<Socket> stuck = askAndNeverRead(20);
            scrapes();
            for (Socket socket : stuck) {
                assertThat(isReset(socket)).as("still waited for").isFalse();
            }
        }
    }

    @Test
    void pagesThatNobodyReadsAreBrokenOff() throws Exception {
        exporter.close();
        exporter = new RunningExporter(run, Duration.ofMillis(500));
        try (Telemetry bot = bot()) {
            assertThat(bot.degradedReason()).isEmpty();
            for (Socket socket : askAndNeverRead(3)) {
                Await.await("the exporter closes the connection", () -> isReset(socket));
            }
        }
    }

    /** Many pages asked for at once fill every buffer between here and the exporter, so that it has to wait. */
    private List<Socket> askAndNeverRead(int clients) throws IOException {
        String requests = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".repeat(500);
        List<Socket> stuck = open(clients);
        for (Socket socket : stuck) {
            RawHttp.write(socket, requests);
            // Its first answer begins, whoever is stuck already.
            socket.setSoTimeout((int) PATIENCE.toMillis());
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        return stuck;
    }

    @Test
    void pagesThatAreReadLateArriveWhole() throws Exception {
        String request = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
        try (Telemetry bot = bot();
                Socket late = connect()) {
            assertThat(bot.degradedReason()).isEmpty();
            RawHttp.write(late, request.repeat(300) + request.replace("Host", "Connection: close\r\nHost"));
            scrapes();
            String pages = RawHttp.readAll(late);
            assertThat(pages.split("HTTP/1.1 200 OK", -1)).hasSize(302);
            assertThat(pages).endsWith("\n");
        }
    }

    private Telemetry bot() {
        return TestBots.open(run, "bot");
    }

    /** Fails when one of them gets no answer while the others are hostile, which they are for as long as it waits. */
    private void scrapes() throws Exception {
        for (int i = 0; i < SCRAPES; i++) {
            assertThat(exporter.page()).contains("cryptobot_exporter_log_errors_total");
        }
    }

    private void refuses(String status, String request) throws Exception {
        String response = exchange(request);
        String shown = request.substring(0, Math.min(60, request.length()));
        assertThat(response).as(shown).startsWith("HTTP/1.1 " + status + "\r\n");
        String headers = response.substring(0, response.indexOf("\r\n\r\n"));
        assertThat(headers.toLowerCase(Locale.ROOT)).as(shown).doesNotContain("server:", "x-powered-by", "jetty");
        assertThat(response.substring(headers.length() + 4)).as(shown).matches("[a-z ]{0,40}\n");
    }

    /** {@return all that comes until the exporter closes the connection} */
    private String exchange(String request) throws Exception {
        try (Socket socket = connect()) {
            return RawHttp.exchange(socket, request);
        }
    }

    private static String zeros() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(new byte[1 << 22]);
        }
        return compressed.toString(ISO_8859_1);
    }

    private List<Socket> open(int count) throws IOException {
        List<Socket> opened = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = connect();
            opened.add(socket);
            sockets.add(socket);
        }
        return opened;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), exporter.uri("/").getPort()));
        return socket;
    }

    private static int stillOpen(List<Socket> sockets) throws IOException {
        int open = 0;
        for (Socket socket : sockets) {
            socket.setSoTimeout(1);
            try {
                if (socket.getInputStream().read() >= 0) {
                    open++;
                }
            } catch (SocketTimeoutException e) {
                open++;
            } catch (IOException reset) {
                // Not open.
            }
        }
        return open;
    }

    /** Reads nothing: writing fails once the exporter has closed the connection. */
    private static boolean isReset(Socket socket) {
        try {
            socket.getOutputStream().write('\n');
            return false;
        } catch (IOException closed) {
            return true;
        }
    }
}
