package io.cryptobot.testing;

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

/** A Sentry on a free loopback port: keeps the text of the envelopes and answers as the test says. Thread-safe. */
public final class FakeSentry implements AutoCloseable {
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

    public FakeSentry() {
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

    /** Answers so from now on. */
    public void answer(int status, String body) {
        answer(status, body, Map.of());
    }

    /** Answers so from now on. */
    public void answer(int status, String body, Map<String, String> headers) {
        answer = new Answer(status, body, headers);
    }

    /** Accepts every event from now on, as at the start. */
    public void recover() {
        answer = new Answer(200, null, Map.of());
    }

    /** Takes requests and never answers. */
    public void hang() {
        answer = new Answer(0, "", Map.of());
    }

    /** {@return what came, whatever the answer was} */
    public List<String> envelopes() {
        return envelopes;
    }

    /** {@return what was answered with 200} */
    public List<String> accepted() {
        return accepted;
    }

    /** {@return the log lines of the accepted events, in the order in which they came} */
    public List<String> acceptedMessages() {
        return accepted.stream().map(FakeSentry::message).toList();
    }

    /** {@return the ids of the accepted events, in the order in which they came} */
    public List<String> acceptedIds() {
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

    public int port() {
        return server.getAddress().getPort();
    }

    /** {@return the DSN that leads here} */
    public String dsn() {
        return dsn(port());
    }

    /** {@return the DSN of a Sentry on this port of the loopback address} */
    public static String dsn(int port) {
        return "http://" + KEY + "@127.0.0.1:" + port + "/1";
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
