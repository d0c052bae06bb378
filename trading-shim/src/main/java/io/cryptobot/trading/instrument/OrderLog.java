package io.cryptobot.trading.instrument;

import io.cryptobot.telemetry.Redactor;
import io.cryptobot.trading.OrderRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code ops/logs/order_processor.log}: one JSON object per line and order outcome, for the person on call; what
 * the exchange said passes the redactor. A thread of
 * its own writes it, so that a slow disk never slows an order; when 1,024 lines wait, further ones are dropped and
 * the bot's log says how many. Thread-safe.
 */
public final class OrderLog implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(OrderLog.class);
    private static final int QUEUE_LENGTH = 1024;
    private static final long POLL_INTERVAL_MS = 100;
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    private final Path file;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE_LENGTH);
    private final Thread writer = new Thread(this::write, "cryptobot-order-log");
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean closed;
    private boolean failing;

    private OrderLog(Path file) {
        this.file = file;
    }

    /** {@return a log that appends to {@code file} and makes its directory; problems are logged, never thrown} */
    public static OrderLog open(Path file) {
        OrderLog log = new OrderLog(file);
        log.writer.setDaemon(true);
        log.writer.start();
        return log;
    }

    void append(OrderOutcome outcome) {
        if (!queue.offer(json(outcome))) {
            long count = dropped.incrementAndGet();
            if (Long.bitCount(count) == 1) { // the 1st, 2nd, 4th, 8th …: a slow disk must not flood the bot's log
                LOGGER.warn("Order log {} is slow: {} outcomes were dropped so far", file, count);
            }
        }
    }

    private void write() {
        List<String> lines = new ArrayList<>();
        try {
            while (!closed || !queue.isEmpty()) {
                String line = queue.poll(POLL_INTERVAL_MS, TimeUnit.MILLISECONDS);
                if (line != null) {
                    lines.add(line);
                    queue.drainTo(lines);
                    write(lines);
                    lines.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens the file anew for each batch, so that it may be rotated away, and be written again once it can be. */
    private void write(List<String> lines) {
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            // getBytes replaces half a character, which an exchange's text may end with; Files.write would refuse it
            byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            failing = false;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                LOGGER.error("Order log {} cannot be written, outcomes are lost until it can: {}", file, e.toString());
            }
            failing = true;
        }
    }

    private static String json(OrderOutcome outcome) {
        OrderRequest request = outcome.request();
        return new JsonLine()
                .text("time", outcome.time().toString())
                .text("mode", outcome.mode().label())
                .text("exchange", outcome.exchange())
                .text("client_order_id", request.clientOrderId().value())
                .text("symbol", request.symbol())
                .text("side", request.side().name().toLowerCase(Locale.ROOT))
                .text("type", request.type().name().toLowerCase(Locale.ROOT))
                .text("quantity", request.quantity().toPlainString())
                .text("outcome", outcome.outcome())
                .text("reason", outcome.reason())
                .text("detail", outcome.detail() == null ? null : Redactor.redact(outcome.detail()))
                .number("latency_ms", outcome.latencyNanos() / 1e6)
                .end();
    }

    /** Writes what waits, for two seconds at the most. */
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
