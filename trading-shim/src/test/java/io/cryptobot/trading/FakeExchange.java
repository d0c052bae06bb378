package io.cryptobot.trading;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An exchange that accepts and fills everything at 2, or throws what it is told to. */
public final class FakeExchange implements ExchangeClient {
    public final List<OrderRequest> placed = new CopyOnWriteArrayList<>();
    public volatile @Nullable Throwable failure;
    public volatile Runnable whilePlacing = () -> {};

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        placed.add(request);
        whilePlacing.run();
        fail();
        return new OrderAck(
                request.clientOrderId(), "E-1", OrderStatus.FILLED, request.quantity(), BigDecimal.valueOf(2));
    }

    @Override
    public void cancel(String symbol, ClientOrderId id) {}

    @Override
    public List<ClientOrderId> openOrders(String symbol) {
        return List.of();
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        fail();
        return new Ticker(symbol, BigDecimal.valueOf(2), 1);
    }

    private void fail() throws OrderException {
        Throwable thrown = failure;
        if (thrown instanceof OrderException e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
    }
}
