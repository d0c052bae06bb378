package io.cryptobot.smoke.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exchange with real sockets between it and the bot, so that the received orders are counted at the socket:
 * {@code POST /orders} fills a market order at the last price, {@code GET /ticker} returns that price, and {@code PUT /fault}
 * with the name of an {@link ExchangeFault} sets or clears a fault. Its market moves 50 times a second. Thread-safe.
 */
public final class SimulatedExchange implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SimulatedExchange.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MARKET_INTERVAL_MS = 20;
    private static final int MAX_ORDER_BYTES = 16 * 1024;
    private static final int THREADS = 8;
    /** The number of fills that are kept: more than a bot can trade in the time of a query. */
    private static final int MAX_FILLS = 20_000;

    private final HttpServer server;
    private final Market market;
    private final ExecutorService workers = Executors.newFixedThreadPool(THREADS, SimulatedExchange::daemon);
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(SimulatedExchange::daemon);
    private final AtomicLong ordersReceived = new AtomicLong();
    private final AtomicLong ordersFilled = new AtomicLong();
    private final AtomicLong tradesReplayed = new AtomicLong();
    private final Queue<Fill> fills = new ConcurrentLinkedQueue<>();
    private final Random random;
    private volatile Trade lastTrade;
    private volatile ExchangeFault fault = ExchangeFault.NONE;

    private SimulatedExchange(HttpServer server, Market market, Trade firstTrade, long seed) {
        this.server = server;
        this.market = market;
        this.lastTrade = firstTrade;
        this.random = new Random(seed);
    }

    private record Fill(String clientOrderId, String quantity, String price, long timeMs) {}

    /**
     * Opens the exchange on loopback.
     *
     * @param market its prices; closed with the exchange
     * @param port 0 for any free one
     * @param seed of the latencies
     */
    public static SimulatedExchange start(Market market, int port, long seed) throws IOException {
        return start(market, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), seed);
    }

    /** Opens the exchange on this address, otherwise as {@link #start(Market, int, long)}. */
    public static SimulatedExchange start(Market market, InetSocketAddress address, long seed) throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        SimulatedExchange exchange = new SimulatedExchange(server, market, tradedNow(market), seed);
        server.setExecutor(exchange.workers);
        server.createContext("/", exchange::answer);
        server.start();
        var unused = exchange.clock.scheduleAtFixedRate(
                exchange::moveMarket, MARKET_INTERVAL_MS, MARKET_INTERVAL_MS, TimeUnit.MILLISECONDS);
        return exchange;
    }

    /** {@return its address, without a slash at the end} */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** {@return the market's symbol} */
    public String symbol() {
        return market.symbol();
    }

    /** {@return orders whose request has arrived here, also those that failed} */
    public long ordersReceived() {
        return ordersReceived.get();
    }

    /** {@return orders that were filled} */
    public long ordersFilled() {
        return ordersFilled.get();
    }

    /** {@return trades of the market until now} */
    public long tradesReplayed() {
        return tradesReplayed.get();
    }

    /** {@return the last trade of the market} */
    public Trade lastTrade() {
        return lastTrade;
    }

    /** Sets or clears a fault, from the next order on. */
    public void setFault(ExchangeFault fault) {
        this.fault = fault;
    }

    /** A recorded trade gets the time of its replay: with its own time the price would be years old. */
    private static Trade tradedNow(Market market) throws IOException {
        Trade trade = market.next();
        return new Trade(trade.price(), trade.quantity(), System.currentTimeMillis());
    }

    private void moveMarket() {
        try {
            lastTrade = tradedNow(market);
            tradesReplayed.incrementAndGet();
        } catch (IOException e) {
            LOGGER.error("The replay of the market has failed: {}", e.getMessage());
            clock.shutdown();
        }
    }

    private void answer(HttpExchange http) throws IOException {
        try (http) {
            String call = http.getRequestMethod() + " " + http.getRequestURI().getPath();
            switch (call) {
                case "POST /orders" -> order(http);
                case "GET /ticker" ->
                    send(
                            http,
                            200,
                            JSON.createObjectNode()
                                    .put("symbol", market.symbol())
                                    .put("last_price", lastTrade.price().toPlainString())
                                    .put("time", lastTrade.timeMs()));
                case "GET /fills" ->
                    send(http, 200, fillsSince(http.getRequestURI().getQuery()));
                case "GET /-/ready" -> send(http, 200, JSON.createObjectNode());
                case "PUT /fault" -> setFault(http);
                case "GET /orders" -> send(http, 200, JSON.createObjectNode().set("orders", JSON.createArrayNode()));
                default -> send(http, 404, error("not_found", call));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void setFault(HttpExchange http) throws IOException {
        String name = new String(http.getRequestBody().readNBytes(100), StandardCharsets.US_ASCII);
        try {
            setFault(ExchangeFault.valueOf(name.strip().toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            send(http, 400, error("invalid", "expected one of " + Arrays.toString(ExchangeFault.values())));
            return;
        }
        send(http, 200, JSON.createObjectNode().put("fault", fault.name()));
    }

    private void order(HttpExchange http) throws IOException, InterruptedException {
        ordersReceived.incrementAndGet();
        byte[] body = http.getRequestBody().readNBytes(MAX_ORDER_BYTES);
        int latencyMs;
        synchronized (random) {
            latencyMs = 2 + random.nextInt(18);
        }
        ExchangeFault now = fault;
        TimeUnit.MILLISECONDS.sleep(now == ExchangeFault.SLOW ? 1200 : latencyMs);
        switch (now) {
            case NONE, SLOW -> fill(http, body);
            case REJECT -> send(http, 400, error("insufficient_funds", "account has insufficient balance"));
            case UNAVAILABLE -> send(http, 503, error("unavailable", "service temporarily unavailable"));
            case RESET -> http.close();
        }
    }

    private void fill(HttpExchange http, byte[] body) throws IOException {
        JsonNode order;
        try {
            order = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            send(http, 400, error("invalid", "the order is not JSON"));
            return;
        }
        if (!order.path("symbol").asText().equals(market.symbol())) {
            send(
                    http,
                    400,
                    error("invalid", "unknown symbol " + order.path("symbol").asText()));
            return;
        }
        long number = ordersFilled.incrementAndGet();
        Trade trade = lastTrade;
        remember(order.path("client_order_id").asText(), order.path("quantity").asText(), trade);
        send(
                http,
                200,
                JSON.createObjectNode()
                        .put("order_id", "S-" + number)
                        .put("status", "FILLED")
                        .put("filled_quantity", order.path("quantity").asText())
                        .put("average_price", trade.price().toPlainString()));
    }

    private void remember(String clientOrderId, String quantity, Trade trade) {
        fills.add(new Fill(clientOrderId, quantity, trade.price().toPlainString(), System.currentTimeMillis()));
        while (fills.size() > MAX_FILLS) {
            fills.poll();
        }
    }

    private JsonNode fillsSince(@Nullable String query) {
        long since = query == null ? 0 : Long.parseLong(query.replace("since=", ""));
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("fills");
        for (Fill fill : fills) {
            if (fill.timeMs() >= since) {
                list.addObject()
                        .put("client_order_id", fill.clientOrderId())
                        .put("quantity", fill.quantity())
                        .put("price", fill.price())
                        .put("time", fill.timeMs());
            }
        }
        return answer;
    }

    private static ObjectNode error(String code, String message) {
        return JSON.createObjectNode().put("code", code).put("message", message);
    }

    private static void send(HttpExchange http, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        http.getResponseHeaders().set("Content-Type", "application/json");
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "simulated-exchange");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        server.stop(0);
        workers.shutdownNow();
        market.close();
    }
}
