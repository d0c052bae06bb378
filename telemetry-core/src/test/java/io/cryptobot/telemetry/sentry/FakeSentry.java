package io.cryptobot.telemetry.sentry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Takes envelopes on loopback, keeps their text and answers as told. */
final class FakeSentry implements AutoCloseable {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final Pattern EVENT_ID = Pattern.compile("\"event_id\":\"([0-9a-f]{32})\"");
    private static final Pattern MESSAGE = Pattern.compile("\"formatted\":\"([^\"]*)\"");

    static {
        // without it the JDK's server holds each answer back for 40 ms
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> envelopes = new CopyOnWriteArrayList<>();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Answer answer = new Answer(200, null, Map.of());

    /** @param body null for the one that Sentry gives */
    private record Answer(int status, String body, Map<String, String> headers) {}

    FakeSentry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String envelope =
                    new String(new GZIPInputStream(exchange.getRequestBody()).readAllBytes(), StandardCharsets.UTF_8);
            Answer answer = this.answer;
            envelopes.add(envelope);
            if (answer.status() == 0) {
                closing.await();
                return;
            }
            String body = answer.body() == null ? "{\"id\":\"" + eventId(envelope) + "\"}" : answer.body();
            if (answer.status() == 200) {
                accepted.add(envelope);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void answer(int status, String body) {
        answer(status, body, Map.of());
    }

    void answer(int status, String body, Map<String, String> headers) {
        answer = new Answer(status, body, headers);
    }

    void recover() {
        answer = new Answer(200, null, Map.of());
    }

    /** Takes requests and never answers. */
    void hang() {
        answer = new Answer(0, "", Map.of());
    }

    /** {@return what came, whatever the answer was} */
    List<String> envelopes() {
        return envelopes;
    }

    /** {@return what was answered with 200} */
    List<String> accepted() {
        return accepted;
    }

    /** {@return the log lines of the accepted events, in the order in which they came} */
    List<String> acceptedMessages() {
        return accepted.stream().map(FakeSentry::message).toList();
    }

    List<String> acceptedIds() {
        return accepted.stream().map(FakeSentry::eventId).toList();
    }

    private static String eventId(String envelope) {
        Matcher id = EVENT_ID.matcher(envelope);
        return id.find() ? id.group(1) : "";
    }

    private static String message(String envelope) {
        Matcher message = MESSAGE.matcher(envelope);
        return message.find() ? message.group(1) : "";
    }

    int port() {
        return server.getAddress().getPort();
    }

    SentrySettings settings() {
        return settings(port());
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
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
