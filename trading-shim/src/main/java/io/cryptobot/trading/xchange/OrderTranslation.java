package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import java.io.IOException;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.Order.IOrderFlags;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.dto.trade.MarketOrder;
import org.knowm.xchange.dto.trade.StopOrder;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.trade.TradeService;

/** Converts the bot's orders to XChange types, always with the client order id as the reference. Immutable. */
final class OrderTranslation {
    private final XChangeSettings settings;

    OrderTranslation(XChangeSettings settings) {
        this.settings = settings;
    }

    /** An XChange order that can be sent once. */
    @FunctionalInterface
    interface Sendable {
        /** {@return the exchange's id} */
        String send(TradeService service) throws IOException;
    }

    /**
     * {@return the order}
     *
     * @throws OrderException if XChange does not support such an order; nothing was sent
     */
    Sendable translate(OrderRequest request, Instrument market) throws OrderException {
        if (OrderReferences.isMissing(request.clientOrderId().value())) {
            throw new OrderException(
                    FailureReason.INVALID,
                    "client order id " + request.clientOrderId()
                            + " looks like one that XChange generates, 1 and eight more digits: choose another");
        }
        return switch (request.type()) {
            case MARKET -> {
                MarketOrder order =
                        common(new MarketOrder.Builder(side(request.side()), market), request, MarketOrder.class);
                yield service -> service.placeMarketOrder(order);
            }
            case LIMIT -> {
                LimitOrder order = common(
                        new LimitOrder.Builder(side(request.side()), market).limitPrice(request.limitPrice()),
                        request,
                        LimitOrder.class);
                yield service -> service.placeLimitOrder(order);
            }
            case STOP, STOP_LIMIT -> {
                StopOrder order = common(
                        new StopOrder.Builder(side(request.side()), market)
                                .stopPrice(request.stopPrice())
                                .limitPrice(request.limitPrice())
                                .intention(StopOrder.Intention.STOP_LOSS),
                        request,
                        StopOrder.class);
                yield service -> service.placeStopOrder(order);
            }
        };
    }

    private <T extends Order> T common(Order.Builder builder, OrderRequest request, Class<T> type)
            throws OrderException {
        TimeInForce timeInForce = request.timeInForce();
        builder.originalAmount(request.quantity())
                .userReference(request.clientOrderId().value());
        IOrderFlags flag = settings.flags().get(timeInForce);
        if (flag != null) {
            builder.flag(flag);
        } else if (timeInForce != (request.type().hasLimitPrice() ? TimeInForce.GTC : TimeInForce.IOC)) {
            throw new OrderException(
                    FailureReason.UNSUPPORTED,
                    "XChange does not support time in force " + timeInForce + " directly: name the exchange's flag, "
                            + "XChangeSettings.DEFAULT.with(TimeInForce." + timeInForce + ", …)");
        }
        return type.cast(builder.build());
    }

    private static Order.OrderType side(Side side) {
        return side == Side.BUY ? Order.OrderType.BID : Order.OrderType.ASK;
    }
}
