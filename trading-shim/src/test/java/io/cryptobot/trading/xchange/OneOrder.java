package io.cryptobot.trading.xchange;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;

/**
 * A bot that sends one order to a given address. It runs in a separate process, because the JDK reads its properties
 * only once.
 */
final class OneOrder {
    private OneOrder() {}

    public static void main(String[] args) {
        XChangeClient client = XChangeClient.of(StubBinance.exchange(args[0], 5_000));
        OrderRequest order =
                OrderRequest.limit(new ClientOrderId("bot-1"), "XRP/ETH", Side.BUY, BigDecimal.TEN, BigDecimal.ONE);
        try {
            System.out.println("accepted " + client.place(order).exchangeOrderId());
        } catch (OrderException e) {
            System.out.println(e.reason() + " " + e.getMessage());
        }
    }
}
