package io.cryptobot.smoke.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** What an exporter would show of one bot in live mode whose trading loop a test can stop. Thread-safe. */
final class BotPage implements AutoCloseable {
    private final HttpServer server;
    private final AtomicBoolean loopStands = new AtomicBoolean();

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

    /** From now on CryptobotTradingLoopStale is true, a critical alert without any wait. */
    void stopTheLoop() {
        loopStands.set(true);
    }

    void letTheLoopTurn() {
        loopStands.set(false);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            double now = Instant.now().toEpochMilli() / 1000.0;
            byte[] body =
                    """
                    cryptobot_up{bot="alpha"} 1
                    cryptobot_heartbeat_timestamp_seconds{bot="alpha"} %1$f
                    cryptobot_trading_loop_timestamp_seconds{bot="alpha"} %2$f
                    cryptobot_trading_mode{bot="alpha",mode="live"} 1
                    cryptobot_trading_mode{bot="alpha",mode="paper"} 0
                    cryptobot_orders_failed_total{bot="alpha",mode="live"} 0
                    cryptobot_order_latency_bucket{bot="alpha",mode="live",le="750"} 0
                    """.formatted(now, loopStands.get() ? now - 3600 : now).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
