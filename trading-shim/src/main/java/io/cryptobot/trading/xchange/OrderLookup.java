package io.cryptobot.trading.xchange;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.knowm.xchange.Exchange;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.trade.OpenOrders;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.trade.TradeService;
import org.knowm.xchange.service.trade.params.orders.DefaultQueryOrderParamInstrument;
import org.knowm.xchange.service.trade.params.orders.OpenOrdersParams;

/** Finds the open orders of the exchange, and their client order ids. Thread-safe if the exchange is. */
final class OrderLookup {
    private final Exchange exchange;
    private final String name;
    private final OrderReferences references;

    /** @param name the exchange's name in messages */
    OrderLookup(Exchange exchange, String name, OrderReferences references) {
        this.exchange = exchange;
        this.name = name;
        this.references = references;
    }

    /** {@return the open orders of a market} */
    List<Order> open(Instrument market) throws IOException {
        TradeService service = exchange.getTradeService();
        OpenOrdersParams params = openOrdersParams(service, market);
        List<Order> orders = all(params == null ? service.getOpenOrders() : service.getOpenOrders(params));
        // XChange names the market only after it has loaded the exchange's metadata
        orders.removeIf(
                order -> order.getInstrument() != null && !order.getInstrument().equals(market));
        return orders;
    }

    /** {@return the open orders of the account} */
    List<Order> open() throws IOException {
        return all(exchange.getTradeService().getOpenOrders());
    }

    /** {@return the parameters for one market; null if XChange can only request all markets} */
    private static @Nullable OpenOrdersParams openOrdersParams(TradeService service, Instrument market) {
        try {
            OpenOrdersParams params = service.createOpenOrdersParams();
            return MarketParams.setMarket(params, market) ? params : null;
        } catch (UnsupportedOperationException e) {
            return null;
        }
    }

    /** Includes stop orders, which XChange calls hidden. */
    private static List<Order> all(OpenOrders orders) {
        List<Order> all = new ArrayList<>(orders.getOpenOrders());
        if (orders.getHiddenOrders() != null) {
            all.addAll(orders.getHiddenOrders());
        }
        return all;
    }

    /** {@return the parameters to cancel an order; empty if it is not open} */
    Optional<CancelParams> cancelParams(Instrument market, ClientOrderId id) throws IOException {
        Optional<String> known = references.exchangeId(id);
        if (known.isPresent()) {
            return Optional.of(new CancelParams(market, known.get(), id.value(), null));
        }
        for (Order order : open(market)) {
            Optional<String> reference = references.find(order.getId(), order.getUserReference());
            if (order.getId() != null
                    && (reference.filter(id.value()::equals).isPresent()
                            || order.getId().equals(id.value()))) {
                return Optional.of(new CancelParams(market, order.getId(), reference.orElse(null), order.getType()));
            }
        }
        return Optional.empty();
    }

    /**
     * {@return the bot's id of an order; empty for an order that the bot cannot have placed}
     *
     * @param reported the reference in the exchange's answer; if it is missing, the order is requested from the
     *     exchange once
     * @throws OrderException if the exchange gives no reference
     */
    Optional<ClientOrderId> clientOrderId(Instrument market, @Nullable String exchangeId, @Nullable String reported)
            throws IOException, OrderException {
        Optional<String> reference = references.find(exchangeId, reported);
        if (reference.isEmpty() && exchangeId != null) {
            reference = ask(market, exchangeId);
            reference.ifPresent(found -> references.keep(exchangeId, found));
        }
        return OrderReferences.toId(reference.orElseThrow(() -> new OrderException(
                FailureReason.UNSUPPORTED,
                name + ": the exchange gives no client order id for order " + exchangeId + " in " + market)));
    }

    private Optional<String> ask(Instrument market, String exchangeId) throws IOException {
        return exchange.getTradeService().getOrder(new DefaultQueryOrderParamInstrument(market, exchangeId)).stream()
                .map(Order::getUserReference)
                .filter(reference -> !OrderReferences.isMissing(reference))
                .findFirst();
    }
}
