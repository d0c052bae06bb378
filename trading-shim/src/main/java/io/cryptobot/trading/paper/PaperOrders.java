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
 * The orders of an engine that are alive, the latest ended orders, and the latest fills. This class makes every change
 * of an accepted order and reports it to {@link PaperEvents}. Confined to the engine's thread.
 */
final class PaperOrders {
    /** Number of ended orders that are kept. They can be queried, and their ids cannot be used again. */
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

    /** {@return a new order; the caller must add it} */
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

    /** {@return the order with this id if it has not ended, otherwise null} */
    @Nullable
    PaperOrder alive(ClientOrderId id) {
        return alive.get(id);
    }

    /** {@return an order that is alive or one of the latest ended orders, otherwise null} */
    @Nullable
    PaperOrder find(ClientOrderId id) {
        PaperOrder order = alive.get(id);
        return order != null ? order : ended.get(id);
    }

    /** {@return the resting orders and untriggered stop orders, oldest first} */
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

    /** Rejects an order. A triggered stop order, which was accepted before, is cancelled instead. */
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
