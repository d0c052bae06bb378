package io.cryptobot.smoke.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an exporter would show of one bot in live mode whose trading loop a test can stop. Thread-safe. */
final class BotPage implements AutoCloseable {
    private final HttpServer server;
    /** When the loop has stopped; null while it runs. */
    private volatile @Nullable Instant stopped;

    private BotPage(HttpServer server) {
        this.server = server;
    }

    static BotPage start() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        BotPage page = new BotPage(server);
        server.createContext("/metrics", page::answer);
        server.start();
        return page;
    }

    String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on the loop's timestamp stays as it is, which makes CryptobotTradingLoopStale true. */
    void stopTheLoop() {
        stopped = Instant.now();
    }

    void letTheLoopTurn() {
        stopped = null;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Instant now = Instant.now();
            Instant loop = stopped;
            byte[] body = """
                    cryptobot_up{bot="alpha"} 1
                    cryptobot_heartbeat_timestamp_seconds{bot="alpha"} %1$f
                    cryptobot_trading_loop_timestamp_seconds{bot="alpha"} %2$f
                    cryptobot_trading_mode{bot="alpha",mode="live"} 1
                    cryptobot_trading_mode{bot="alpha",mode="paper"} 0
                    cryptobot_orders_failed_total{bot="alpha",mode="live"} 0
                    cryptobot_order_latency_bucket{bot="alpha",mode="live",le="750"} 0
                    """.formatted(seconds(now), seconds(loop == null ? now : loop))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
