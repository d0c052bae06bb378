package io.cryptobot.smoke.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.cryptobot.smoke.cli.CheckResult;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services that answer what no Prometheus answers: one line, and an end. */
class HttpProbeIT {
    private static final Duration SHORT = Duration.ofMillis(300);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void redirectIsNotFollowed() {
        answer(exchange -> {
            exchange.getResponseHeaders().add("Location", "https://login.example.com/");
            exchange.sendResponseHeaders(302, -1);
        });

        assertThatThrownBy(() -> HttpProbe.get(address))
                .hasMessage(address + " answered HTTP 302, a redirect to https://login.example.com/");
    }

    @Test
    void bodyThatDripsForEverEnds() {
        answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (!Thread.currentThread().isInterrupted()) {
                    body.write('x');
                    body.flush();
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatThrownBy(() -> HttpProbe.get(address, SHORT)).hasMessage(address + " does not answer within 300ms");
    }

    @Test
    void endlessBodyEnds() {
        answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = new byte[1 << 20];
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(block);
                }
            }
        });

        assertThatThrownBy(() -> HttpProbe.get(address)).hasMessage(address + " answers with more than 32 MiB");
    }

    @Test
    void whatIsNotHttpIsOneLine() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI ssh = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            var unused = threads.submit(() -> {
                try (Socket connection = socket.accept()) {
                    connection.getOutputStream().write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                return 0;
            });

            assertThatThrownBy(() -> HttpProbe.get(ssh)).hasMessageStartingWith(ssh + " does not answer: ");
        }
    }

    @Test
    void anotherProgramAtPrometheusAddressIsTheFirstCheckThatFails() throws Exception {
        for (String body : List.of("<html>", "[]", "{\"data\":7}", "{\"data\":{\"groups\":[]}}", "{\"data\":null}")) {
            HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            other.createContext("/", exchange -> {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            other.start();
            try {
                URI url = URI.create("http://127.0.0.1:" + other.getAddress().getPort());
                List<CheckResult> results = new ArrayList<>();

                assertThat(new Preflight(new ChainAddresses(url, url, url, null), results::add)
                                .programs()
                                .passed())
                        .isFalse();

                CheckResult last = results.get(results.size() - 1);
                assertThat(last.id()).isEqualTo("rule-loaded");
                assertThat(last.status()).isEqualTo(CheckResult.Status.FAIL);
                assertThat(last.cause()).isNotEmpty().doesNotContain("Exception");
            } finally {
                other.stop(0);
            }
        }
    }

    private void answer(HttpHandler handler) {
        server.createContext("/", handler);
    }
}
