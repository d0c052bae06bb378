package io.cryptobot.trading.mode;

import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBlockedException;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;

/** Sends each order where the gate lets it go. Thread-safe if the clients are. */
public final class GatedOrderProcessor implements OrderProcessor {
    private final ModeGate gate;
    private final ExchangeClient live;
    private final ExchangeClient paper;

    public GatedOrderProcessor(ModeGate gate, ExchangeClient live, ExchangeClient paper) {
        this.gate = gate;
        this.live = live;
        this.paper = paper;
    }

    @Override
    public OrderAck process(OrderRequest request) throws OrderException {
        TradingMode mode = gate.enter();
        return switch (mode) {
            case LIVE -> {
                try {
                    yield live.place(request);
                } finally {
                    gate.exit();
                }
            }
            case PAPER -> paper.place(request);
            case HALT -> throw new OrderBlockedException(request.clientOrderId(), mode);
        };
    }
}
