package io.cryptobot.trading.order;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The exchange client that a strategy gets. New orders go through the gate; cancellations and queries are allowed in
 * every mode. {@link #openOrders(String)} lists live and paper orders; {@link #openOrders()} lists live orders only.
 */
final class GatedExchangeClient extends ForwardingExchangeClient {
    private final OrderProcessor gate;
    private final ExchangeClient live;
    private final ExchangeClient paper;
    private final Predicate<ClientOrderId> isPaperOrder;

    /** @param isPaperOrder true for an open or ended order of the paper exchange */
    GatedExchangeClient(
            OrderProcessor gate, ExchangeClient live, ExchangeClient paper, Predicate<ClientOrderId> isPaperOrder) {
        this.gate = gate;
        this.live = live;
        this.paper = paper;
        this.isPaperOrder = isPaperOrder;
    }

    @Override
    ExchangeClient delegate() {
        return live;
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        return gate.process(request);
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        (isPaperOrder.test(id) ? paper : live).cancel(symbol, id);
    }

    /** {@return the open live orders and the open paper orders of a market} */
    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        List<ClientOrderId> open = new ArrayList<>(live.openOrders(symbol));
        open.addAll(paper.openOrders(symbol));
        return open;
    }
}
