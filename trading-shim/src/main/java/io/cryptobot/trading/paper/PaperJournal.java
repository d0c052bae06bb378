package io.cryptobot.trading.paper;

import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.log.JsonLine;
import io.cryptobot.trading.paper.JournalLine.DamagedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that stores the paper account and its open orders for the next run. It has one JSON line for each event; the
 * first lines are a snapshot. Events are {@code run}, {@code balance}, {@code order}, {@code triggered}, {@code fill}
 * and {@code end}. Flushed events survive the end of the process, but not a crash of the machine. If the file cannot be
 * written, one line is logged, the journal stops, and paper trading continues. Confined to the engine's thread.
 */
final class PaperJournal implements PaperEvents, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PaperJournal.class);
    private static final int LINES_UNTIL_SNAPSHOT = 100_000;

    private final Path file;
    private final OwnerLock lock;
    private final PaperState recovered;
    private final Duration offline;
    private final StringBuilder buffer = new StringBuilder();
    private @Nullable FileChannel channel;
    private int lines;

    private PaperJournal(Path file, OwnerLock lock, PaperState recovered, Duration offline) {
        this.file = file;
        this.lock = lock;
        this.recovered = recovered;
        this.offline = offline;
    }

    /**
     * Locks the journal for this process and reads it. A damaged journal is renamed to {@code <file>.rejected}, and the
     * account starts with the initial balances, because a partial journal could give a wrong balance. Nothing is
     * written before {@link #snapshot}.
     *
     * @throws IOException when another process owns the journal, or it cannot be read
     */
    static PaperJournal open(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        OwnerLock lock = OwnerLock.acquire(file);
        try {
            if (!Files.exists(file)) {
                return new PaperJournal(file, lock, PaperState.NONE, Duration.ZERO);
            }
            Duration offline = Duration.between(Files.getLastModifiedTime(file).toInstant(), Instant.now());
            return new PaperJournal(file, lock, readOrReject(file), offline);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static PaperState readOrReject(Path file) throws IOException {
        try {
            return JournalReader.read(file);
        } catch (DamagedException e) {
            Path aside = file.resolveSibling(file.getFileName() + ".rejected");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOGGER.warn("The paper account starts with the initial balances: {} is damaged, {}", aside, e.getMessage());
            return PaperState.NONE;
        }
    }

    /** {@return the state in the journal when it was opened} */
    PaperState recovered() {
        return recovered;
    }

    /** {@return the time between the last write of the earlier run and now} */
    Duration offline() {
        return offline;
    }

    /** {@return true if a snapshot should replace the file, because it is long} */
    boolean wantsSnapshot() {
        return lines >= LINES_UNTIL_SNAPSHOT;
    }

    /** Replaces the file by a shorter file with the same state. */
    void snapshot(PaperState state) {
        buffer.setLength(0);
        append(new JsonLine()
                .text("event", "run")
                .text("run", Long.toString(state.run()))
                .text("time", Instant.now().toString())
                .text("offline_ms", Long.toString(offline.toMillis())));
        state.balances().forEach(this::deposited);
        state.openOrders().forEach(this::append);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            closeChannel();
            channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            write(channel);
            channel.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            lines = 0;
        } catch (IOException e) {
            stopWriting(e);
        }
    }

    @Override
    public void deposited(String currency, BigDecimal amount) {
        append(new JsonLine()
                .text("event", "balance")
                .text("currency", currency)
                .text("amount", amount.toPlainString()));
    }

    @Override
    public void accepted(PaperOrder order) {
        append(order.saved());
    }

    private void append(PaperState.SavedOrder order) {
        OrderRequest request = order.request();
        append(new JsonLine()
                .text("event", "order")
                .text("id", request.clientOrderId().value())
                .text("exchange_id", order.exchangeOrderId())
                .text("symbol", request.symbol())
                .text("side", request.side().name())
                .text("type", request.type().name())
                .text("time_in_force", request.timeInForce().name())
                .text("quantity", request.quantity().toPlainString())
                .text("limit", plain(request.limitPrice()))
                .text("stop", plain(request.stopPrice()))
                .text("filled", order.filled().toPlainString())
                .text("value", order.value().toPlainString())
                .text("triggered", Boolean.toString(order.triggered())));
    }

    private static @Nullable String plain(@Nullable BigDecimal number) {
        return number == null ? null : number.toPlainString();
    }

    @Override
    public void triggered(PaperOrder order) {
        append(new JsonLine()
                .text("event", "triggered")
                .text("id", order.request().clientOrderId().value()));
    }

    @Override
    public void filled(PaperOrder order, Fill fill, Instrument instrument) {
        append(new JsonLine()
                .text("event", "fill")
                .text("id", fill.clientOrderId().value())
                .text("side", fill.side().name())
                .text("price", fill.price().toPlainString())
                .text("quantity", fill.quantity().toPlainString())
                .text("base", instrument.base())
                .text("quote", instrument.quote())
                .text("fee", fill.fee().toPlainString())
                .text("fee_currency", fill.feeCurrency())
                .text("liquidity", fill.liquidity().name())
                .text("time_ms", Long.toString(fill.timeMs())));
    }

    @Override
    public void ended(PaperOrder order) {
        append(new JsonLine()
                .text("event", "end")
                .text("id", order.request().clientOrderId().value())
                .text("status", order.status().name())
                .text("why", order.message()));
    }

    private void append(JsonLine line) {
        buffer.append(JournalLine.seal(line)).append('\n');
        lines++;
    }

    /** Writes the buffered lines to the file. */
    void flush() {
        FileChannel open = channel;
        if (open == null || buffer.isEmpty()) {
            buffer.setLength(0);
            return;
        }
        try {
            write(open);
        } catch (IOException e) {
            stopWriting(e);
        }
    }

    private void write(FileChannel open) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(buffer.toString().getBytes(StandardCharsets.UTF_8));
        buffer.setLength(0);
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
    }

    private void stopWriting(IOException cause) {
        LOGGER.warn("The paper account is no longer saved: {} cannot be written: {}", file, cause.toString());
        lines = 0;
        try {
            closeChannel();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void closeChannel() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        flush();
        try {
            closeChannel();
        } catch (IOException e) {
            LOGGER.debug("The paper journal was not closed", e);
        }
        lock.close();
    }
}
