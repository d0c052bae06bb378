package io.cryptobot.trading.mode;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.instrument.UnknownOrders;

/**
 * The way of each live order through the gate: in, written down by name, out, and among the unknown ones where nobody can say
 * what became of it. Thread-safe; allocates nothing for an order whose outcome is known.
 */
public final class LiveOrders {
    private final ModeGate gate;
    private final UnknownOrders unknown;

    public LiveOrders(ModeGate gate, UnknownOrders unknown) {
        this.gate = gate;
        this.unknown = unknown;
    }

    /** {@return where the order may go} After LIVE, and only then, {@link #begin} and one of the ends must follow. */
    public TradingMode enter() {
        return gate.enter();
    }

    /** {@return the order's entry, for its end} */
    public int begin(OrderRequest request) {
        return gate.note(request.clientOrderId(), request.symbol());
    }

    /** The order's outcome is known. */
    public void end(int entry) {
        gate.exit(entry);
    }

    /** The call has thrown, or its future has failed. */
    public void endThrown(OrderRequest request, int entry, Throwable failure) {
        if (FailureReason.of(failure).isUnknown()) {
            endUnknown(request, entry);
        } else {
            gate.exit(entry);
        }
    }

    /** Nobody knows the order's outcome. */
    public void endUnknown(OrderRequest request, int entry) {
        unknown.add(request);
        unknown.onceStored(gate.exitUnknown(entry));
    }
}
