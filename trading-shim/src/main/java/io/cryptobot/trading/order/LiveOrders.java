package io.cryptobot.trading.order;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.mode.ModeGate;
import io.cryptobot.trading.mode.Pass;

/**
 * The way of each live order through the gate: in, by name, out, and among the unknown ones where nobody can say
 * what became of it. Thread-safe; allocates nothing for an order whose outcome is known.
 */
public final class LiveOrders {
    private final ModeGate gate;
    private final UnknownOrders unknown;

    public LiveOrders(ModeGate gate, UnknownOrders unknown) {
        this.gate = gate;
        this.unknown = unknown;
    }

    /** {@return the order's way} Of a live one, and only of that, the call and one of the ends must follow. */
    public Pass enter(OrderRequest request) {
        return gate.enter(request.clientOrderId(), request.symbol());
    }

    /** The order's outcome is known. */
    public void end(Pass pass) {
        gate.exit(pass);
    }

    /** The call has thrown, or its future has failed. */
    public void endThrown(OrderRequest request, Pass pass, Throwable failure) {
        if (FailureReason.of(failure).isUnknown()) {
            endUnknown(request, pass);
        } else {
            gate.exit(pass);
        }
    }

    /** Nobody knows the order's outcome. */
    public void endUnknown(OrderRequest request, Pass pass) {
        unknown.add(request);
        unknown.onceStored(gate.exitUnknown(pass));
    }
}
