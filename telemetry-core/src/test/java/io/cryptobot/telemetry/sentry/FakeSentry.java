package io.cryptobot.telemetry.sentry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Takes envelopes on loopback, keeps their text and answers as told. */
final class FakeSentry implements AutoCloseable {
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private final HttpServer server;
    private final List<String> envelopes = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String body = "{\"id\":\"x\"}";

    FakeSentry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] envelope = new GZIPInputStream(exchange.getRequestBody()).readAllBytes();
                byte[] answer = body.getBytes(StandardCharsets.UTF_8);
                envelopes.add(new String(envelope, StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }

    void answer(int status, String body) {
        this.status = status;
        this.body = body;
    }

    List<String> envelopes() {
        return envelopes;
    }

    SentrySettings settings() {
        return settings(server.getAddress().getPort());
    }

    static SentrySettings settings(int port) {
        return new SentrySettings(
                SentryDsn.parse("http://" + KEY + "@127.0.0.1:" + port + "/1"),
                "test",
                "9fa301e",
                Map.of(SentrySettings.Name.DSN, SentrySettings.Source.COMMAND_LINE),
                List.of());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
