package io.cryptobot.trading.order;

import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBlockedException;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.mode.Pass;

/** Sends each order where the gate lets it go. Thread-safe if the clients are. */
public final class GatedOrderProcessor implements OrderProcessor {
    private final LiveOrders orders;
    private final ExchangeClient live;
    private final ExchangeClient paper;

    public GatedOrderProcessor(LiveOrders orders, ExchangeClient live, ExchangeClient paper) {
        this.orders = orders;
        this.live = live;
        this.paper = paper;
    }

    @Override
    public OrderAck process(OrderRequest request) throws OrderException {
        Pass pass = orders.enter(request);
        return switch (pass.mode()) {
            case LIVE -> placeLive(request, pass);
            case PAPER -> paper.place(request);
            case HALT -> throw new OrderBlockedException(request.clientOrderId(), pass.mode());
        };
    }

    private OrderAck placeLive(OrderRequest request, Pass pass) throws OrderException {
        OrderAck ack;
        try {
            ack = live.place(request);
        } catch (Throwable e) { // whatever it is, the order must be counted out
            orders.endThrown(request, pass, e);
            throw e;
        }
        if (ack.status() == OrderStatus.UNKNOWN) {
            orders.endUnknown(request, pass);
        } else {
            orders.end(pass);
        }
        return ack;
    }
}
