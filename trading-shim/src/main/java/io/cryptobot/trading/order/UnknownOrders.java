package io.cryptobot.trading.order;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.OrderRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live orders of which nobody knows whether the exchange has them. They are known in memory at once and on the disk,
 * in {@code <state>/<bot>.unknown-orders}, soon after; the control file keeps them meanwhile. One line is {@code id symbol
 * time quantity}, the last one where it is known. A line that cannot be read counts as an order without a name: it stands in
 * the way of LIVE until a person who has looked at the exchange says what became of it. Thread-safe.
 */
public final class UnknownOrders {
    private static final Logger LOGGER = LoggerFactory.getLogger(UnknownOrders.class);

    private final Path file;
    private final Map<ClientOrderId, UnknownOrder> orders = new ConcurrentHashMap<>();
    private final AtomicLong nameless = new AtomicLong();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final Queue<Runnable> onceStored = new ArrayDeque<>();

    private UnknownOrders(Path file) {
        this.file = file;
    }

    /**
     * An order to be looked up. Immutable.
     *
     * @param id its name at the exchange
     * @param symbol its market
     * @param since when its outcome was found to be unknown; it was sent less than ten minutes before
     * @param quantity amount of the base currency; absent where the order was found in the control file
     */
    public record UnknownOrder(
            ClientOrderId id,
            String symbol,
            Instant since,
            @Nullable BigDecimal quantity) {
        private String line() {
            return id + " " + symbol + " " + since + (quantity == null ? "" : " " + quantity.toPlainString()) + "\n";
        }
    }

    /** {@return the unknown orders that an earlier run of the bot has left; never throws} */
    public static UnknownOrders open(Path stateDirectory, InstanceName instance) {
        UnknownOrders unknown = unread(stateDirectory, instance);
        unknown.load();
        return unknown;
    }

    /** {@return none, until {@link #load} is called} */
    public static UnknownOrders unread(Path stateDirectory, InstanceName instance) {
        return new UnknownOrders(stateDirectory.toAbsolutePath().normalize().resolve(instance + ".unknown-orders"));
    }

    /** Adds those that an earlier run of the bot has left; never throws. */
    public void load() {
        try {
            new String(Files.readAllBytes(file), UTF_8).lines().forEach(this::load);
        } catch (NoSuchFileException e) {
            // none
        } catch (IOException e) {
            LOGGER.error("{} cannot be read: at least one order is taken for unknown: {}", file, e.toString());
            nameless.incrementAndGet();
        }
    }

    private void load(String line) {
        String[] parts = line.split(" ", -1);
        try {
            ClientOrderId id = new ClientOrderId(parts[0]);
            BigDecimal quantity = parts.length > 3 ? new BigDecimal(parts[3]) : null;
            orders.put(id, new UnknownOrder(id, parts[1], Instant.parse(parts[2]), quantity));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
            LOGGER.error("{} has an order that cannot be read; look at the exchange: '{}'", file, line);
            nameless.incrementAndGet();
        }
    }

    /** {@return how many there are} */
    public long count() {
        return orders.size() + nameless.get();
    }

    /** {@return those that have a name} */
    public List<UnknownOrder> orders() {
        return List.copyOf(orders.values());
    }

    /** An order's outcome is unknown. */
    public void add(OrderRequest order) {
        add(new UnknownOrder(order.clientOrderId(), order.symbol(), Instant.now(), order.quantity()));
    }

    /** An order was in flight when the bot died; one that is known already keeps what is known of it. */
    public void addLeftInFlight(ClientOrderId id, String symbol, Instant sent) {
        add(new UnknownOrder(id, symbol, sent, null));
    }

    private void add(UnknownOrder order) {
        orders.putIfAbsent(order.id(), order);
        changed.set(true);
    }

    /** An order was in flight of which not even the name is known. */
    public void addNameless() {
        nameless.incrementAndGet();
        changed.set(true);
    }

    /** {@return whether it was there} The exchange has told what became of an order. */
    boolean remove(ClientOrderId id) {
        boolean removed = orders.remove(id) != null;
        if (removed) {
            changed.set(true);
        }
        return removed;
    }

    /** {@return whether there was one} A person has told what became of an order without a name. */
    boolean removeNameless() {
        boolean removed = nameless.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
        if (removed) {
            changed.set(true);
        }
        return removed;
    }

    /** Runs an action when all that is known now is on the disk. */
    public void onceStored(Runnable action) {
        synchronized (onceStored) {
            onceStored.add(action);
        }
        changed.set(true);
    }

    /** {@return whether the disk has all of it} Stores what has changed. */
    public synchronized boolean store() {
        if (!changed.getAndSet(false)) {
            return true;
        }
        List<Runnable> actions;
        synchronized (onceStored) {
            actions = new ArrayList<>(onceStored);
            onceStored.clear();
        }
        try {
            write();
        } catch (IOException | RuntimeException e) {
            LOGGER.debug("{} cannot be written, and is tried again", file, e);
            synchronized (onceStored) {
                onceStored.addAll(actions);
            }
            changed.set(true);
            return false;
        }
        actions.forEach(Runnable::run);
        return true;
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder();
        orders.values().forEach(order -> text.append(order.line()));
        text.append("nameless\n".repeat((int) nameless.get()));
        Files.createDirectories(file.getParent());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
