package io.cryptobot.trading.xchange;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.ExchangeClientFactory;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Ticker;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.knowm.xchange.Exchange;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.meta.ExchangeMetaData;
import org.knowm.xchange.dto.trade.OpenOrders;
import org.knowm.xchange.dto.trade.StopOrder;
import org.knowm.xchange.dto.trade.UserTrade;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.trade.TradeService;
import org.knowm.xchange.service.trade.params.CurrencyPairParam;
import org.knowm.xchange.service.trade.params.InstrumentParam;
import org.knowm.xchange.service.trade.params.orders.DefaultQueryOrderParamInstrument;
import org.knowm.xchange.service.trade.params.orders.OpenOrdersParams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Any exchange of XChange as the platform's exchange client. An order is sent once, with the bot's client order id as XChange's
 * user reference; whatever is thrown becomes one {@link OrderException} with one reason.
 *
 * <p>Start the bot with {@code -Dsun.net.http.retryPost=false}: without it the JDK sends an order again when the connection
 * ends before the answer, below anything that XChange or this class can see. The client then warns once, and takes a refused
 * connection for {@link FailureReason#UNKNOWN} instead of {@link FailureReason#NOT_SENT}, which may be the second sending of an order that
 * arrived. It does not set the property, which holds for all HTTP of the bot's process and is read once, by then perhaps long ago;
 * and it does not refuse to trade, since a bot that cannot cancel is worse off than one whose exchange sees an order twice under one
 * client order id.
 *
 * <p>Thread-safe if the exchange's services are, as XChange's are meant to be.
 */
public final class XChangeClient implements ExchangeClient {
    private static final Logger LOGGER = LoggerFactory.getLogger(XChangeClient.class);
    private static final String RETRY_POST = "sun.net.http.retryPost";
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final Exchange exchange;
    private final String name;
    private final Outcomes outcomes;
    private final Markets markets;
    private final OrderTranslation translation;
    private final OrderReferences references = new OrderReferences();

    private XChangeClient(Exchange exchange, XChangeSettings settings) {
        this.exchange = Objects.requireNonNull(exchange, "exchange is null");
        ExchangeSpecification specification =
                Objects.requireNonNull(exchange.getExchangeSpecification(), "the exchange has no specification");
        name = label(specification, exchange);
        if (specification.getResilience() != null
                && specification.getResilience().isRetryEnabled()) {
            throw new IllegalArgumentException(
                    name
                            + ": XChange would send an order up to three times: setRetryEnabled(false) on the specification's resilience");
        }
        boolean sentAtMostOnce = "false".equalsIgnoreCase(System.getProperty(RETRY_POST));
        if (!sentAtMostOnce && WARNED.compareAndSet(false, true)) {
            LOGGER.warn(
                    "The JDK may send an order twice: start the bot with -D{}=false; until then a refused connection is an unknown outcome",
                    RETRY_POST);
        }
        outcomes = new Outcomes(settings.classifier(), sentAtMostOnce);
        ExchangeMetaData metadata = exchange.getExchangeMetaData();
        markets = new Markets(
                metadata == null || metadata.getInstruments() == null
                        ? List.of()
                        : metadata.getInstruments().keySet());
        translation = new OrderTranslation(settings);
    }

    /**
     * {@return the exchange as a client}
     *
     * @throws IllegalArgumentException when XChange's own retries are on, which would send an order again
     */
    public static XChangeClient of(Exchange exchange) {
        return of(exchange, XChangeSettings.DEFAULT);
    }

    /** {@return the exchange as a client, with what XChange does not say of it} */
    public static XChangeClient of(Exchange exchange, XChangeSettings settings) {
        return new XChangeClient(exchange, settings);
    }

    /**
     * {@return a factory for {@code TradingShim.open}, so that the exchange can be made anew while the bot runs}
     *
     * @param exchange makes a new one each time, e.g. {@code () -> ExchangeFactory.INSTANCE.createExchange(specification)}
     */
    public static ExchangeClientFactory factory(Supplier<? extends Exchange> exchange, XChangeSettings settings) {
        return () -> {
            try {
                return of(exchange.get(), settings);
            } catch (IllegalArgumentException e) {
                throw new OrderException(FailureReason.INVALID, String.valueOf(e.getMessage()), e);
            } catch (RuntimeException e) {
                throw new OrderException(
                        new Outcomes(settings.classifier(), true).of(e),
                        "XChange cannot make the exchange: " + Causes.line(e),
                        e);
            }
        };
    }

    private static String label(ExchangeSpecification specification, Exchange exchange) {
        String name = specification.getExchangeName() == null
                ? exchange.getClass().getSimpleName()
                : specification.getExchangeName();
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws IOException, OrderException;
    }

    /** {@return what the call returns} Whatever it throws becomes an {@link OrderException}; an {@link Error} stays one. */
    private <T> T call(String what, Call<T> call) throws OrderException {
        try {
            return call.run();
        } catch (OrderException e) {
            throw e;
        } catch (Exception e) { // checked ones included, which XChange's modules throw undeclared
            throw new OrderException(outcomes.of(e), name + ": " + what + ": " + Causes.line(e), e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        ClientOrderId id = request.clientOrderId();
        OrderTranslation.Sendable order = translation.translate(request, markets.find(request.symbol()));
        TradeService service = exchange.getTradeService();
        String exchangeId = call("order " + id, () -> order.send(service));
        if (exchangeId == null || exchangeId.isBlank()) { // XChange's word for "an error occurred"
            throw new OrderException(FailureReason.UNKNOWN, name + ": order " + id + ": XChange has returned no id");
        }
        references.keep(exchangeId, id.value());
        return new OrderAck(id, exchangeId, OrderStatus.ACCEPTED, BigDecimal.ZERO, null);
    }

    /** Also by the exchange's id in place of the bot's, for an order that {@link #openOrders()} had to list under it. */
    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        Instrument market = markets.find(symbol);
        Cancellation cancellation = cancellation(market, id);
        boolean confirmed =
                call("cancel " + id, () -> exchange.getTradeService().cancelOrder(cancellation));
        if (!confirmed) {
            throw new OrderException(FailureReason.REJECTED, name + ": cancel " + id + ": not confirmed");
        }
    }

    private Cancellation cancellation(Instrument market, ClientOrderId id) throws OrderException {
        Optional<String> known = references.exchangeId(id);
        if (known.isPresent()) {
            return new Cancellation(market, known.get(), id.value(), null);
        }
        for (Order order : call("cancel " + id, () -> open(market))) {
            Optional<String> reference = references.find(order.getId(), order.getUserReference());
            if (order.getId() != null
                    && (reference.filter(id.value()::equals).isPresent()
                            || order.getId().equals(id.value()))) {
                return new Cancellation(market, order.getId(), reference.orElse(null), order.getType());
            }
        }
        throw new OrderException(FailureReason.REJECTED, name + ": cancel " + id + ": no such open order in " + market);
    }

    /**
     * {@inheritDoc} An open order whose reference the exchange does not tell makes the answer none: it may be the one that is
     * looked for.
     */
    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("open orders", () -> {
            List<ClientOrderId> ids = new ArrayList<>();
            for (Order order : open(market)) {
                String reference = reference(market, order.getId(), order.getUserReference());
                OrderReferences.toId(reference).ifPresent(ids::add);
            }
            return ids;
        });
    }

    /** {@inheritDoc} An order without a reference of the bot's kind is listed under the exchange's id: it can be cancelled. */
    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        return call("open orders", () -> {
            List<OpenOrder> orders = new ArrayList<>();
            for (Order order : all(exchange.getTradeService().getOpenOrders())) {
                Optional<ClientOrderId> id = references
                        .find(order.getId(), order.getUserReference())
                        .flatMap(OrderReferences::toId)
                        .or(() -> OrderReferences.toId(String.valueOf(order.getId())));
                if (id.isEmpty() || order.getId() == null || order.getInstrument() == null) {
                    throw new OrderException(
                            FailureReason.UNSUPPORTED, name + ": an open order has no id or no market: " + order);
                }
                orders.add(new OpenOrder(id.get(), markets.name(order.getInstrument()), isProtective(order)));
            }
            return orders;
        });
    }

    private static boolean isProtective(Order order) {
        return order instanceof StopOrder
                || order.getType() == Order.OrderType.EXIT_ASK
                || order.getType() == Order.OrderType.EXIT_BID;
    }

    private List<Order> open(Instrument market) throws IOException {
        TradeService service = exchange.getTradeService();
        OpenOrdersParams params = openOrdersParams(service, market);
        List<Order> orders = new ArrayList<>();
        for (Order order : all(params == null ? service.getOpenOrders() : service.getOpenOrders(params))) {
            // XChange names the market only after it has loaded the exchange's metadata
            if (order.getInstrument() == null || order.getInstrument().equals(market)) {
                orders.add(order);
            }
        }
        return orders;
    }

    /** {@return the question for one market; null where XChange can only ask for all} */
    private static @Nullable OpenOrdersParams openOrdersParams(TradeService service, Instrument market) {
        OpenOrdersParams params;
        try {
            params = service.createOpenOrdersParams();
        } catch (UnsupportedOperationException e) {
            return null;
        }
        if (params instanceof InstrumentParam instrument) {
            instrument.setInstrument(market);
            return params;
        }
        if (params instanceof CurrencyPairParam pair && market instanceof CurrencyPair currencies) {
            pair.setCurrencyPair(currencies);
            return params;
        }
        return null;
    }

    /** Stop orders included, which XChange calls hidden. */
    private static List<Order> all(OpenOrders orders) {
        List<Order> all = new ArrayList<>(orders.getOpenOrders());
        if (orders.getHiddenOrders() != null) {
            all.addAll(orders.getHiddenOrders());
        }
        return all;
    }

    /**
     * {@return the bot's reference of an order}
     *
     * @throws OrderException when nobody tells it
     */
    private String reference(Instrument market, @Nullable String exchangeId, @Nullable String told)
            throws IOException, OrderException {
        Optional<String> known = references.find(exchangeId, told);
        if (known.isEmpty() && exchangeId != null) {
            TradeService service = exchange.getTradeService();
            for (Order order : service.getOrder(new DefaultQueryOrderParamInstrument(market, exchangeId))) {
                if (!OrderReferences.isMissing(order.getUserReference())) {
                    references.keep(exchangeId, order.getUserReference());
                    return order.getUserReference();
                }
            }
        }
        return known.orElseThrow(() -> new OrderException(
                FailureReason.UNSUPPORTED,
                name + ": the exchange does not tell whose order " + exchangeId + " in " + market + " is"));
    }

    /**
     * {@inheritDoc} Where a fill does not name the bot's reference, the order is asked for it, once. Not available where XChange
     * cannot ask for a span of time.
     */
    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("fills", () -> {
            List<OrderFill> fills = new ArrayList<>();
            FillHistory history = new FillHistory(exchange.getTradeService(), market, Clock.systemUTC());
            for (UserTrade trade : history.since(since)) {
                String reference = reference(market, trade.getOrderId(), trade.getOrderUserReference());
                OrderReferences.toId(reference)
                        .ifPresent(id -> fills.add(new OrderFill(
                                id,
                                trade.getOriginalAmount(),
                                trade.getPrice(),
                                trade.getTimestamp().toInstant())));
            }
            return fills;
        });
    }

    /** Asks for the account, which takes a connection and a key that is valid. */
    @Override
    public void ping() throws OrderException {
        var unused = call("ping", () -> exchange.getAccountService().getAccountInfo());
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("ticker", () -> marketData().ticker(symbol, market));
    }

    /** {@inheritDoc} As deep as XChange asks by itself, {@code depth} at most. */
    @Override
    public Optional<OrderBook> book(String symbol, int depth) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("book", () -> marketData().book(symbol, market, depth));
    }

    @Override
    public List<PublicTrade> recentTrades(String symbol) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("trades", () -> marketData().trades(symbol, market));
    }

    private MarketData marketData() {
        return new MarketData(exchange.getMarketDataService());
    }

    /** Closes an exchange that can be closed; XChange's own hold nothing open but the JDK's connections. */
    @Override
    public void close() {
        if (exchange instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOGGER.warn("{} could not be closed", name, e);
            }
        }
    }
}
