package io.cryptobot.trading.order;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.telemetry.files.DurableFile;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.OrderRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
 * The live orders with an unknown outcome. A new unknown order is in memory at once and soon after in the file {@code
 * <state>/<bot>.unknown-orders}; until then the control file keeps it. The file has one line for each order:
 *
 * <pre>
 *   id symbol time quantity     the quantity only if it is known
 *   nameless                    an order whose client order id is lost
 * </pre>
 *
 * Any other line also counts as an order without a name. Such an order prevents LIVE until an operator checks the
 * exchange and resolves the order. Thread-safe.
 */
@ToolApi
public final class UnknownOrders {
    private static final Logger LOGGER = LoggerFactory.getLogger(UnknownOrders.class);

    private static final String NAMELESS = "nameless";

    private final Path file;
    private final Map<ClientOrderId, UnknownOrder> orders = new ConcurrentHashMap<>();
    private final AtomicLong nameless = new AtomicLong();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final Queue<Runnable> onceStored = new ArrayDeque<>();

    private UnknownOrders(Path file) {
        this.file = file;
    }

    /**
     * An order with an unknown outcome. Immutable.
     *
     * @param id the client order id
     * @param symbol the market
     * @param since the time when the outcome became unknown; the order was sent at most ten minutes earlier
     * @param quantity amount of the base currency; null if the order comes from the control file
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

    /** {@return the unknown orders that earlier runs of the bot have stored; never throws} */
    public static UnknownOrders open(Path stateDirectory, InstanceName instance) {
        UnknownOrders unknown = unread(stateDirectory, instance);
        unknown.load();
        return unknown;
    }

    /** {@return an empty list; {@link #takeOver} reads the file later} */
    public static UnknownOrders unread(Path stateDirectory, InstanceName instance) {
        return new UnknownOrders(stateDirectory.toAbsolutePath().normalize().resolve(instance + ".unknown-orders"));
    }

    /** Adds the orders that earlier runs have stored. Only the owner of the file may call this. Never throws. */
    void takeOver() {
        try {
            DurableFile.removeUnfinished(file);
        } catch (IOException e) {
            LOGGER.debug("Unfinished files beside {} were not removed", file, e);
        }
        load();
    }

    private void load() {
        try {
            new String(Files.readAllBytes(file), UTF_8).lines().forEach(this::load);
        } catch (NoSuchFileException e) {
            // no unknown orders
        } catch (IOException e) {
            LOGGER.error("{} cannot be read; the bot assumes one unknown order: {}", file, e.toString());
            nameless.incrementAndGet();
        }
    }

    private void load(String line) {
        if (line.equals(NAMELESS)) {
            nameless.incrementAndGet();
            return;
        }
        String[] parts = line.split(" ", -1);
        try {
            ClientOrderId id = new ClientOrderId(parts[0]);
            BigDecimal quantity = parts.length > 3 ? new BigDecimal(parts[3]) : null;
            orders.put(id, new UnknownOrder(id, parts[1], Instant.parse(parts[2]), quantity));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
            LOGGER.error("{} has an unreadable line; check the orders at the exchange: '{}'", file, line);
            nameless.incrementAndGet();
        }
    }

    /** {@return the number of unknown orders, with and without a name} */
    public long count() {
        return orders.size() + nameless.get();
    }

    /** {@return the unknown orders that have a name} */
    public List<UnknownOrder> orders() {
        return List.copyOf(orders.values());
    }

    /** Adds an order whose call has ended with an unknown outcome. */
    void add(OrderRequest order) {
        add(new UnknownOrder(order.clientOrderId(), order.symbol(), Instant.now(), order.quantity()));
    }

    /**
     * Adds an order that was in flight when the last run ended. If the order is already in the list, the existing entry
     * stays.
     */
    void addLeftInFlight(ClientOrderId id, String symbol, Instant sent) {
        add(new UnknownOrder(id, symbol, sent, null));
    }

    private void add(UnknownOrder order) {
        orders.putIfAbsent(order.id(), order);
        changed.set(true);
    }

    /** Adds an order whose client order id is lost. */
    void addNameless() {
        nameless.incrementAndGet();
        changed.set(true);
    }

    /**
     * Removes an order whose outcome is known now.
     *
     * @return false if the order was not in the list
     */
    boolean remove(ClientOrderId id) {
        boolean removed = orders.remove(id) != null;
        if (removed) {
            changed.set(true);
        }
        return removed;
    }

    /**
     * Removes an order without a name, because an operator has resolved it.
     *
     * @return false if there was none
     */
    boolean removeNameless() {
        boolean removed = nameless.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
        if (removed) {
            changed.set(true);
        }
        return removed;
    }

    /** Runs an action after the current list is stored on the disk. */
    void onceStored(Runnable action) {
        synchronized (onceStored) {
            onceStored.add(action);
        }
        changed.set(true);
    }

    /**
     * Stores the list if it has changed.
     *
     * @return false if the disk does not have all changes
     */
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
            LOGGER.debug("{} cannot be written; the bot tries again", file, e);
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
        text.append((NAMELESS + "\n").repeat((int) nameless.get()));
        Files.createDirectories(file.getParent());
        DurableFile.replace(file, DurableFile.Access.DEFAULT, text.toString());
    }
}
