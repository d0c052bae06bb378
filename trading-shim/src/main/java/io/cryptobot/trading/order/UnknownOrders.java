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
 * The live orders whose outcome is unknown. They are in memory at once and on the disk, in {@code
 * <state>/<bot>.unknown-orders}, soon after; the control file keeps them meanwhile. The file has one line for each order:
 *
 * <pre>
 *   id symbol time quantity     the quantity only where it is known
 *   nameless                    an order whose name is lost
 * </pre>
 *
 * A line that is neither counts as an order without a name too. Such an order prevents LIVE until a person who has looked at
 * the exchange resolves it. Thread-safe.
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
     * An order whose outcome is unknown. Immutable.
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

    /** {@return none, until {@link #takeOver} is called} */
    public static UnknownOrders unread(Path stateDirectory, InstanceName instance) {
        return new UnknownOrders(stateDirectory.toAbsolutePath().normalize().resolve(instance + ".unknown-orders"));
    }

    /** As the owner of the file: adds those that an earlier run of the bot has left; never throws. */
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
            // none
        } catch (IOException e) {
            LOGGER.error("{} cannot be read: at least one order counts as unknown: {}", file, e.toString());
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
            LOGGER.error("{} has an order that cannot be read; look at the exchange: '{}'", file, line);
            nameless.incrementAndGet();
        }
    }

    /** {@return how many there are, with and without a name} */
    public long count() {
        return orders.size() + nameless.get();
    }

    /** {@return those that have a name} */
    public List<UnknownOrder> orders() {
        return List.copyOf(orders.values());
    }

    /** An order's outcome is unknown. */
    void add(OrderRequest order) {
        add(new UnknownOrder(order.clientOrderId(), order.symbol(), Instant.now(), order.quantity()));
    }

    /** An order was in flight when the bot died; one that is known already keeps what is known of it. */
    void addLeftInFlight(ClientOrderId id, String symbol, Instant sent) {
        add(new UnknownOrder(id, symbol, sent, null));
    }

    private void add(UnknownOrder order) {
        orders.putIfAbsent(order.id(), order);
        changed.set(true);
    }

    /** An order was in flight whose name is lost. */
    void addNameless() {
        nameless.incrementAndGet();
        changed.set(true);
    }

    /**
     * The outcome of an order is known now.
     *
     * @return whether it was among the unknown ones until now
     */
    boolean remove(ClientOrderId id) {
        boolean removed = orders.remove(id) != null;
        if (removed) {
            changed.set(true);
        }
        return removed;
    }

    /**
     * A person has resolved an order without a name.
     *
     * @return whether there was one
     */
    boolean removeNameless() {
        boolean removed = nameless.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
        if (removed) {
            changed.set(true);
        }
        return removed;
    }

    /** Runs an action when all that is known now is on the disk. */
    void onceStored(Runnable action) {
        synchronized (onceStored) {
            onceStored.add(action);
        }
        changed.set(true);
    }

    /**
     * Stores what has changed.
     *
     * @return whether the disk has all of it
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
        text.append((NAMELESS + "\n").repeat((int) nameless.get()));
        Files.createDirectories(file.getParent());
        DurableFile.replace(file, DurableFile.Access.DEFAULT, text.toString());
    }
}
