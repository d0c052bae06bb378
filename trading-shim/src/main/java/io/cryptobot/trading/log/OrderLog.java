package io.cryptobot.trading.log;

import com.codahale.metrics.Counter;
import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order log {@code ops/logs/order_processor.log}: one JSON line for each order outcome, for the engineer on call.
 * Messages of the exchange are redacted. The file is rolled at 32 MiB and at the end of the day, and 14 old files are
 * kept. A separate thread writes the lines, so that a slow disk never delays an order. If 4,096 outcomes are waiting,
 * new outcomes are dropped. Outcomes that are dropped or cannot be written are counted. Thread-safe.
 */
@Internal
public final class OrderLog implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(OrderLog.class);
    private static final int QUEUE_LENGTH = 4096;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final long POLL_INTERVAL_MS = 20;
    private static final long CLOSE_TIMEOUT_MS = 2_000;
    /** Interval for reading the wall clock again, because it can be changed. */
    private static final long OFFSET_MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long MAX_FILE_BYTES = 32L * 1024 * 1024;
    private static final int MAX_OLD_FILES = 14;

    private final RollingFile file;
    private final OutcomeQueue queue = new OutcomeQueue(QUEUE_LENGTH);
    private final Thread writer = new Thread(this::write, "cryptobot-order-log");
    private final AtomicLong dropped = new AtomicLong();
    private final Counter lost;
    private volatile boolean closed;
    private boolean failing;
    /** Difference between the wall clock in ns since 1970 and {@link System#nanoTime}. */
    private long epochOffset;

    private long offsetNanos;

    private OrderLog(RollingFile file, Counter lost) {
        this.file = file;
        this.lost = lost;
    }

    /**
     * {@return a log that appends to {@code file}} It creates the directory. Problems are logged and never thrown.
     *
     * @param lost counts outcomes that are missing in the log
     */
    public static OrderLog open(Path file, Counter lost) {
        RollingFile rolling = new RollingFile(file, MAX_FILE_BYTES, MAX_OLD_FILES, Clock.systemUTC());
        OrderLog log = new OrderLog(rolling, lost);
        log.writer.setDaemon(true);
        log.writer.start();
        return log;
    }

    /** Logs the outcome of an order; {@code endNanos} is the {@link System#nanoTime} of its end. */
    public void append(
            TradingMode mode,
            String exchange,
            OrderRequest request,
            String outcome,
            @Nullable String reason,
            @Nullable String detail,
            long latencyNanos,
            long endNanos) {
        if (!queue.offer(mode, exchange, request, outcome, reason, detail, latencyNanos, endNanos)) {
            countDropped();
        }
    }

    /** Logs a later outcome of an order; only its id and symbol are known. */
    public void append(TradingMode mode, String exchange, ClientOrderId id, String symbol, String outcome) {
        if (!queue.offer(mode, exchange, id.value(), symbol, outcome, System.nanoTime())) {
            countDropped();
        }
    }

    private void countDropped() {
        lost.inc();
        long count = dropped.incrementAndGet();
        if (Long.bitCount(count) == 1) { // the 1st, 2nd, 4th, 8th …: a slow disk must not flood the bot's log
            LOGGER.warn("Order log {} is slow: {} outcomes have been dropped so far", file.path(), count);
        }
    }

    private void write() {
        JsonLine lines = new JsonLine();
        try {
            while (true) {
                boolean last = closed;
                boolean more = drain(lines);
                if (lines.size() > 0) {
                    write(lines);
                    lines.clear();
                }
                if (!more && last) {
                    return;
                }
                if (!more) { // also after a short batch, so that the next write has more lines
                    TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeFile();
        }
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException e) {
            LOGGER.debug("Order log {} could not be closed", file.path(), e);
        }
    }

    /**
     * {@return true if more outcomes may be waiting} Takes a batch of outcomes and frees their slots before the write.
     */
    private boolean drain(JsonLine lines) {
        // Orders use the monotonic clock. It is converted to wall time here, so that the order thread need not do it.
        long now = System.nanoTime();
        if (epochOffset == 0 || now - offsetNanos > OFFSET_MAX_AGE_NANOS) {
            epochOffset = epochNanos() - now;
            offsetNanos = now;
        }
        OutcomeQueue.Slot slot = null;
        while (lines.size() < BATCH_BYTES && (slot = queue.take()) != null) {
            try {
                json(lines, slot, epochOffset + slot.endNanos);
                lines.endLine();
            } catch (RuntimeException e) { // only this outcome is lost, and the thread continues
                lines.dropLine();
                lost.inc();
                LOGGER.warn("An order outcome could not be logged", e);
            }
            slot.detail = null; // may be long
        }
        queue.release();
        return slot != null;
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private void write(JsonLine lines) {
        try {
            file.append(lines.lines());
            failing = false;
        } catch (IOException | RuntimeException e) {
            lost.inc(lines.count());
            if (!failing) {
                LOGGER.error(
                        "Order log {} cannot be written; outcomes are lost until writing works again: {}",
                        file.path(),
                        e.toString());
            }
            failing = true;
        }
    }

    /** Writes an outcome with the field names that the runbooks use. Allocates nothing for a successful order. */
    static void json(JsonLine line, OutcomeQueue.Slot slot, long endEpochNanos) {
        OrderRequest request = slot.request;
        line.time("time", endEpochNanos)
                .text("mode", slot.mode == null ? null : slot.mode.label())
                .text("exchange", slot.exchange);
        if (request == null) {
            line.text("client_order_id", slot.clientOrderId).text("symbol", slot.symbol);
        } else {
            line.text("client_order_id", request.clientOrderId().value())
                    .text("symbol", request.symbol())
                    .text("side", request.side().label())
                    .text("type", request.type().label())
                    .decimal("quantity", request.quantity());
        }
        line.text("outcome", slot.outcome)
                .text("reason", slot.reason)
                .text("detail", slot.detail == null ? null : Redactor.redact(slot.detail));
        if (request != null) {
            // always 1, because an order is never sent again
            line.number("latency_ms", slot.latencyNanos / 1e6).count("attempt", 1);
        }
    }

    /** Waits until all outcomes are written, at most two seconds. */
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
