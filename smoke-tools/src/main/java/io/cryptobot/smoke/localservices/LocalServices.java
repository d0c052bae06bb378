package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Slack, a PagerDuty and a Sentry on one port. {@code GET /} is a page for people, {@code GET /_received} all that
 * was accepted as JSON, {@code POST /_reset} forgets it. Thread-safe; {@link #close} ends its threads.
 */
public final class LocalServices implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 2 * 1024 * 1024;

    private final Journal journal = new Journal();
    private final Map<Service, Endpoint> endpoints;
    private final Map<Service, PendingFault> faults = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    private final HttpServer server;
    private final ServiceUrls urls;
    private final CountDownLatch closed = new CountDownLatch(1);

    private LocalServices(HttpServer server) {
        this.server = server;
        urls = new ServiceUrls(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
        Clock clock = Clock.systemUTC();
        endpoints = Map.of(
                Service.SLACK, new SlackEndpoint(journal, clock),
                Service.PAGERDUTY, new PagerDutyEndpoint(journal, clock),
                Service.SENTRY, new SentryEndpoint(journal, clock));
        threads = Executors.newCachedThreadPool(
                task -> { // each request that is left hanging keeps one
                    Thread thread = new Thread(task, "local-services");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Starts on this port of the loopback interface, on any free one for 0.
     *
     * @throws IOException if the port is in use
     */
    public static LocalServices start(int port) throws IOException {
        return start(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    }

    /**
     * Starts on this address; but the returned addresses are those of the loopback interface.
     *
     * @throws IOException if the port is in use or the address is not this machine's
     */
    public static LocalServices start(InetSocketAddress address) throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        LocalServices receivers = new LocalServices(server);
        server.setExecutor(receivers.threads);
        server.createContext("/", receivers::answer);
        server.start();
        return receivers;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** {@return the address for Alertmanager's {@code api_url}} */
    public String slackUrl() {
        return urls.slack();
    }

    /** {@return the address for Alertmanager's {@code pagerduty_url}} */
    public String pagerDutyUrl() {
        return urls.pagerDuty();
    }

    public String sentryDsn() {
        return urls.sentryDsn();
    }

    /** {@return the page for people} */
    public String pageUrl() {
        return urls.page();
    }

    /** Injects a fault into a service; replaces its earlier fault. */
    public void inject(Fault fault) {
        faults.put(fault.service(), new PendingFault(fault));
    }

    /** {@return all accepted messages} */
    public Received received() {
        return journal.snapshot();
    }

    /** {@return the journal of the accepted messages} */
    Journal journal() {
        return journal;
    }

    /** Forgets what was received. Faults stay. */
    public void reset() {
        journal.clear();
    }

    /** {@return the first Slack message that matches, which may be an earlier one; empty after a timeout} */
    public Optional<SlackMessage> awaitSlack(Predicate<SlackMessage> wanted, Duration timeout)
            throws InterruptedException {
        return journal.await(Received::slack, wanted, timeout);
    }

    /** {@return the first PagerDuty event that matches, as {@link #awaitSlack}} */
    public Optional<PagerDutyEvent> awaitPagerDuty(Predicate<PagerDutyEvent> wanted, Duration timeout)
            throws InterruptedException {
        return journal.await(Received::pagerDuty, wanted, timeout);
    }

    /** {@return the first Sentry event that matches, as {@link #awaitSlack}} */
    public Optional<SentryEvent> awaitSentry(Predicate<SentryEvent> wanted, Duration timeout)
            throws InterruptedException {
        return journal.await(Received::sentry, wanted, timeout);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = request(exchange);
            Service service = service(request.path());
            Fault fault = service == null ? null : due(service);
            if (fault != null && fault.behaviour() != Fault.Behaviour.ANSWER) {
                if (fault.behaviour() == Fault.Behaviour.HANG) {
                    closed.await();
                }
                return; // which closes the connection
            }
            send(exchange, service == null ? route(request) : deliver(service, fault, request));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        answer.headers().forEach(headers::set);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private @Nullable Fault due(Service service) {
        PendingFault fault = faults.get(service);
        return fault != null && fault.hits() ? fault.fault() : null;
    }

    private Answer route(Request request) {
        boolean get = request.method().equals("GET");
        Answer page = ReceivedPage.at(request.path());
        if (page != null) {
            return get ? page : notAllowed();
        }
        switch (request.path()) {
            case "/-/ready" -> {
                return Answer.text(200, "ok");
            }
            case "/_received" -> {
                return get ? Answer.json(200, received().toJson()) : notAllowed();
            }
            case "/heartbeat" -> {
                return get
                        ? notAllowed()
                        : Answer.text(200, "ok"); // Alertmanager's Watchdog; its text has no information
            }
            case "/_reset" -> {
                if (get) {
                    return notAllowed();
                }
                reset();
                return Answer.text(200, "ok");
            }
            default -> {
                return Answer.text(404, "not_found");
            }
        }
    }

    private Answer deliver(Service service, @Nullable Fault fault, Request request) {
        Endpoint endpoint = requireNonNull(endpoints.get(service));
        if (fault != null) {
            return endpoint.fault(fault.status());
        }
        if (!request.method().equals("POST")) {
            return notAllowed();
        }
        return request.body().length > MAX_BODY_BYTES ? endpoint.fault(413) : endpoint.handle(request);
    }

    private static @Nullable Service service(String path) {
        if (path.startsWith(SlackEndpoint.PATH)) {
            return Service.SLACK;
        }
        if (path.startsWith("/v2/")) {
            return Service.PAGERDUTY;
        }
        return path.startsWith(SentryEndpoint.PATH) ? Service.SENTRY : null;
    }

    private static Request request(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        String query = exchange.getRequestURI().getRawQuery();
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                query == null ? "" : query,
                headers,
                exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1));
    }

    private static Answer notAllowed() {
        return Answer.text(405, "method_not_allowed");
    }
}
