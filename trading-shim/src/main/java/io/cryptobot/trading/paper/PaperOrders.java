package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.OrderRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The orders of an engine that are alive, the latest ended ones, and the latest fills. Every change of an accepted
 * order is made here and is reported to {@link PaperEvents}. Confined to the engine's thread.
 */
final class PaperOrders {
    /** How many ended orders are kept: they can be queried, and their ids cannot be used again. */
    private static final int ENDED_ORDERS_KEPT = 10_000;

    private static final int FILLS_KEPT = 10_000;

    private final PaperEvents events;
    private final Map<ClientOrderId, PaperOrder> alive = new LinkedHashMap<>();
    private final Map<ClientOrderId, PaperOrder> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientOrderId, PaperOrder> eldest) {
            return size() > ENDED_ORDERS_KEPT;
        }
    };
    private final Deque<Fill> fills = new ArrayDeque<>();
    private long run = 1;
    private long numbers;

    PaperOrders(PaperEvents events) {
        this.events = events;
    }

    /** {@return the number of this run of the paper exchange} */
    long run() {
        return run;
    }

    /** {@return a new order, not added yet} */
    PaperOrder create(OrderRequest request) {
        return new PaperOrder(request, "P-" + run + "-" + ++numbers, numbers);
    }

    /**
     * Continues after an earlier run.
     *
     * @return its orders, which are added
     */
    List<PaperOrder> restore(PaperState state) {
        run = state.run() + 1;
        List<PaperOrder> restored = new ArrayList<>();
        for (PaperState.SavedOrder saved : state.openOrders()) {
            PaperOrder order = new PaperOrder(saved, ++numbers);
            add(order);
            restored.add(order);
        }
        return restored;
    }

    void add(PaperOrder order) {
        alive.put(order.request().clientOrderId(), order);
    }

    /** {@return an order that has not ended; null for another} */
    @Nullable
    PaperOrder alive(ClientOrderId id) {
        return alive.get(id);
    }

    /** {@return an order that has not ended, or is among the latest that have; null for another} */
    @Nullable
    PaperOrder find(ClientOrderId id) {
        PaperOrder order = alive.get(id);
        return order != null ? order : ended.get(id);
    }

    /** {@return the orders that rest or are untriggered stops, oldest first} */
    List<PaperOrder> open() {
        return alive.values().stream().filter(order -> order.status().isOpen()).toList();
    }

    /** {@return the latest fills of this run in a market, oldest first} */
    List<Fill> fills(String symbol) {
        return fills.stream().filter(fill -> fill.symbol().equals(symbol)).toList();
    }

    void accept(PaperOrder order) {
        order.setStatus(PaperOrderStatus.ACCEPTED);
        events.accepted(order);
    }

    void trigger(PaperOrder order) {
        order.trigger();
        events.triggered(order);
    }

    /** Records and reports a fill that the order already contains. */
    void filled(PaperOrder order, Fill fill, Instrument instrument) {
        fills.add(fill);
        if (fills.size() > FILLS_KEPT) {
            fills.remove();
        }
        events.filled(order, fill, instrument);
        if (order.status() == PaperOrderStatus.FILLED) {
            moveToEnded(order);
        }
    }

    void cancel(PaperOrder order, String message) {
        end(order, PaperOrderStatus.CANCELLED, null, message);
    }

    /** Rejects an order; one that was accepted before, a triggered stop, is cancelled instead. */
    void reject(PaperOrder order, FailureReason reason, String message) {
        end(order, order.isTriggered() ? PaperOrderStatus.CANCELLED : PaperOrderStatus.REJECTED, reason, message);
    }

    private void end(PaperOrder order, PaperOrderStatus last, @Nullable FailureReason reason, String message) {
        order.end(last, reason, message);
        events.ended(order);
        moveToEnded(order);
    }

    private void moveToEnded(PaperOrder order) {
        ClientOrderId id = order.request().clientOrderId();
        alive.remove(id);
        ended.put(id, order);
    }
}
