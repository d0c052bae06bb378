package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.testing.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/**
 * Thousands of requests that are wrong in ways that nobody wrote down: each is put together from pieces that have broken
 * servers before, and then damaged. {@code -Drequests.fuzz=100000} sends more, {@code -Drequests.seed} others.
 */
class RequestFuzzIT {
    private static final int REQUESTS = Integer.getInteger("requests.fuzz", 2_000);
    private static final long SEED = Long.getLong("requests.seed", 20_260_101);
    private static final String FAILED = "cryptobot_orders_failed_total{bot=\"bot\",mode=\"live\"}";

    private static final String[] METHODS = {
        "GET",
        "GET",
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "PATCH",
        "PRI",
        "get",
        "",
        "GET\0",
        "\u00ff\u00fe",
        "A".repeat(300)
    };
    private static final String[] TARGETS = {
        "/",
        "/metrics",
        "/metrics",
        "/status.json",
        "/-/healthy",
        "/-/ready",
        "/nothing",
        "//metrics",
        "/./metrics",
        "/../metrics",
        "/..%2fmetrics",
        "/metrics;a=b",
        "/%6detrics",
        "/metrics%00",
        "/%c0%af",
        "/\u00c0\u00af",
        "/%ff",
        "/%",
        "/%u0041",
        "*",
        "",
        "metrics",
        "?a",
        "a:443",
        "http://a/metrics",
        "http://b:99999/metrics",
        "http:///metrics",
        "ftp://a/metrics",
        "/metrics?name[]=cryptobot_up",
        "/metrics?name[]=%ff",
        "/metrics?name[]=%zz",
        "/metrics?" + "name[]=a&".repeat(100),
        "/metrics?" + "name[]=a&".repeat(101),
        "/metrics?name[]=" + "x".repeat(201),
        "/metrics?name[]=(a+)+$",
        "/metrics#a",
        "/\\..\\metrics",
        "/metrics?\0",
        "/" + "a".repeat(9_000),
        "/".repeat(3_000),
        "/WEB-INF/web.xml",
        "/exporter.yml",
        "/tasks/gc",
        "/metrics\t"
    };
    private static final String[] VERSIONS = {
        " HTTP/1.1",
        " HTTP/1.1",
        " HTTP/1.1",
        " HTTP/1.0",
        "",
        " HTTP/0.9",
        " HTTP/2.0",
        " HTTP/11.1",
        " HTTP/1",
        " http/1.1",
        " HTTP/1.1 x"
    };
    private static final String[] HOSTS = {
        "Host: a\r\n",
        "Host: a\r\n",
        "Host: a\r\n",
        "",
        "Host:\r\n",
        "Host: a\r\nHost: b\r\n",
        "Host: a, b\r\n",
        "Host: [::1\r\n",
        "Host: a:b\r\n",
        "Host: a:99999999\r\n",
        "Host: \u00ff\r\n",
        "Host : a\r\n",
        " Host: a\r\n",
        "Host: u@a\r\n"
    };
    private static final String[] HEADERS = {
        "Content-Length: 0\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: \u000bchunked\r\n",
        "Expect: 100-continue\r\n",
        "Expect: 200-ok\r\n",
        "Connection: close\r\n",
        "Connection: \u00ff\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n",
        "Range: bytes=0-0\r\n",
        "Range: bytes=" + "0-,".repeat(500) + "\r\n",
        "TE: trailers, gzip;q=x\r\n",
        "Accept: " + "a/b,".repeat(1_500) + "\r\n",
        "Accept: application/openmetrics-text;q=NaN\r\n",
        "Accept: */*;q=0x1p3d\r\n",
        "Accept: ;;;,,\r\n",
        "Accept-Encoding: identity;q=0, *;q=0\r\n",
        "Accept-Encoding: gzip;q=abc\r\n",
        "Accept-Encoding: " + "gzip;".repeat(500) + "\r\n",
        "Accept-Encoding: gzip\r\n",
        "Authorization: Basic !!!\r\n",
        "Authorization: Basic Og==\r\n",
        "Content-Encoding: gzip\r\n",
        "Content-Type: multipart/form-data; boundary=\r\n",
        "Content-Type: text/plain; charset=none\r\n",
        "Cookie: $Version=1; a=\"\r\n",
        "Forwarded: for=\"[::\"\r\n",
        "X: a\r\n  folded\r\n",
        ": x\r\n",
        " : x\r\n",
        "no colon\r\n",
        "X: \0\r\n",
        "a: b\r\n".repeat(500)
    };
    private static final String[] BODIES = {
        "",
        "",
        "",
        "hello",
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=\"\r\n\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\nx",
        "-1\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "name[]=a"
    };
    private static final String[] OTHER_PROTOCOLS = {
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        "\u0016\u0003\u0001\u0002\0\u0001\0",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
        "\r\n".repeat(500),
        "\0".repeat(5_000)
    };

    /** The words of a status, which are all that a refusal may say, and those of the exporter. */
    private static final Pattern REFUSAL = Pattern.compile("([A-Za-z0-9\\[\\] ,-]{1,80}\n)?");

    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    @TempDir
    Path run;

    @AutoClose
    private RunningExporter exporter;

    private final Random random = new Random(SEED);
    private CapturedLog log;

    @BeforeEach
    void start() throws Exception {
        exporter = new RunningExporter(run);
        log = new CapturedLog(Logger.ROOT_LOGGER_NAME);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void noRequestBreaksAnythingOrLearnsAnything() throws Exception {
        try (Telemetry bot = TestBots.open(run, "bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(2);
            assertThat(exporter.page()).contains(FAILED + " 2.0");
            long descriptors = descriptors();
            for (int i = 0; i < REQUESTS; i++) {
                String request = request();
                judge(request, exchange(request), "request " + i + " of seed " + SEED);
            }
            assertThat(exporter.page()).contains(FAILED + " 2.0");
            Await.await("no more than " + descriptors + " descriptors are open", () -> descriptors() <= descriptors);
            assertThat(log.messages())
                    .as("lines that strangers wrote into the log")
                    .isEmpty();
        }
    }

    private void judge(String request, String response, String number) {
        String about = number + ": " + request.substring(0, Math.min(300, request.length()));
        Matcher answer = ANSWER.matcher(response);
        for (int from = 0; answer.find(from); from = answer.end()) {
            int status = Integer.parseInt(answer.group(1));
            assertThat(status)
                    .as(about)
                    .satisfiesAnyOf(
                            known -> assertThat(known).isBetween(400, 499),
                            known -> assertThat(known).isIn(200, 505));
            int bodyAt = response.indexOf("\r\n\r\n", answer.end()) + 4;
            assertThat(bodyAt).as(about).isGreaterThan(4);
            assertThat(response.substring(answer.start(), bodyAt).toLowerCase(Locale.ROOT))
                    .as(about)
                    .doesNotContain("server:", "x-powered-by", "jetty", "exception");
            if (status >= 400) {
                Matcher next = ANSWER.matcher(response);
                String body = response.substring(bodyAt, next.find(bodyAt) ? next.start() : response.length());
                assertThat(body).as(about).matches(REFUSAL);
            }
        }
    }

    private String request() {
        if (random.nextInt(40) == 0) {
            return one(OTHER_PROTOCOLS);
        }
        StringBuilder request =
                new StringBuilder(one(METHODS) + " " + one(TARGETS) + one(VERSIONS) + "\r\n" + one(HOSTS));
        for (int headers = random.nextInt(4); headers > 0; headers--) {
            request.append(one(HEADERS));
        }
        request.append(random.nextInt(20) == 0 ? "\n" : "\r\n").append(one(BODIES));
        if (random.nextInt(4) == 0) {
            damage(request);
        }
        return random.nextInt(10) == 0 ? request.toString().repeat(1 + random.nextInt(5)) : request.toString();
    }

    private void damage(StringBuilder request) {
        for (int times = 1 + random.nextInt(4); times > 0 && request.length() > 0; times--) {
            int at = random.nextInt(request.length());
            switch (random.nextInt(4)) {
                case 0 -> request.setCharAt(at, (char) random.nextInt(256));
                case 1 -> request.insert(at, (char) random.nextInt(256));
                case 2 -> request.delete(at, Math.min(request.length(), at + random.nextInt(20)));
                default -> request.setLength(at);
            }
        }
    }

    private String one(String... pieces) {
        return pieces[random.nextInt(pieces.length)];
    }

    /** {@return all that comes until the exporter closes the connection, which it does, since nothing more follows} */
    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), exporter.port())) {
            RawHttp.write(socket, request);
            socket.shutdownOutput();
            return RawHttp.readAll(socket);
        } catch (SocketException reset) {
            return "";
        }
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
