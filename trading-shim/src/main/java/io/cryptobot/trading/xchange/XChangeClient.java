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
import org.knowm.xchange.Exchange;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.meta.ExchangeMetaData;
import org.knowm.xchange.dto.trade.StopOrder;
import org.knowm.xchange.dto.trade.UserTrade;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.trade.TradeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uses any exchange of XChange as an exchange client of the platform. An order is sent once, with the bot's client
 * order id as XChange's user reference; each exception becomes one {@link OrderException} with one reason.
 *
 * <p>Start the bot with {@code -Dsun.net.http.retryPost=false}. Otherwise the JDK sends an order again if the
 * connection ends before the answer, and neither XChange nor this class can detect this. The client then warns once,
 * and a refused connection is {@link FailureReason#UNKNOWN} instead of {@link FailureReason#NOT_SENT}, because it may
 * belong to the repeat of an order that has arrived. It does not set the property itself, because the property is valid
 * for all HTTP of the process and is read once, perhaps earlier. It does not refuse to trade either, because a bot that
 * cannot cancel has a worse problem than an exchange that receives an order twice with one client order id.
 *
 * <p>Thread-safe if the services of the exchange are thread-safe, as XChange intends.
 */
public final class XChangeClient implements ExchangeClient {
    private static final Logger LOGGER = LoggerFactory.getLogger(XChangeClient.class);
    private static final String RETRY_POST = "sun.net.http.retryPost";
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final Exchange exchange;
    private final String name;
    private final FailureClassifier outcomes;
    private final MarketNames markets;
    private final OrderTranslation translation;
    private final OrderReferences references = new OrderReferences();
    private final OrderLookup lookup;

    private XChangeClient(Exchange exchange, XChangeSettings settings) {
        this.exchange = Objects.requireNonNull(exchange, "exchange is null");
        ExchangeSpecification specification =
                Objects.requireNonNull(exchange.getExchangeSpecification(), "the exchange has no specification");
        name = label(specification, exchange);
        if (specification.getResilience() != null
                && specification.getResilience().isRetryEnabled()) {
            throw new IllegalArgumentException(name
                    + ": XChange would send an order up to three times: setRetryEnabled(false) on the"
                    + " specification's resilience");
        }
        boolean sentAtMostOnce = "false".equalsIgnoreCase(System.getProperty(RETRY_POST));
        if (!sentAtMostOnce && WARNED.compareAndSet(false, true)) {
            LOGGER.warn(
                    "The JDK may send an order twice: start the bot with -D{}=false; until then a refused connection is"
                            + " an unknown outcome",
                    RETRY_POST);
        }
        outcomes = new FailureClassifier(settings.classifier(), sentAtMostOnce);
        ExchangeMetaData metadata = exchange.getExchangeMetaData();
        markets = new MarketNames(
                metadata == null || metadata.getInstruments() == null
                        ? List.of()
                        : metadata.getInstruments().keySet());
        translation = new OrderTranslation(settings);
        lookup = new OrderLookup(exchange, name, references);
    }

    /**
     * {@return the exchange as a client}
     *
     * @throws IllegalArgumentException if XChange's own retries are on, because they would send an order again
     */
    public static XChangeClient of(Exchange exchange) {
        return of(exchange, XChangeSettings.DEFAULT);
    }

    /** {@return the exchange as a client, with exchange-specific settings} */
    public static XChangeClient of(Exchange exchange, XChangeSettings settings) {
        return new XChangeClient(exchange, settings);
    }

    /**
     * {@return a factory for {@code TradingShim.open}, so that a new client can be made while the bot runs}
     *
     * @param exchange creates a new exchange each time, e.g. {@code () ->
     *     ExchangeFactory.INSTANCE.createExchange(specification)}
     */
    public static ExchangeClientFactory factory(Supplier<? extends Exchange> exchange, XChangeSettings settings) {
        return () -> {
            try {
                return of(exchange.get(), settings);
            } catch (IllegalArgumentException e) {
                throw new OrderException(FailureReason.INVALID, String.valueOf(e.getMessage()), e);
            } catch (RuntimeException e) {
                throw new OrderException(
                        new FailureClassifier(settings.classifier(), true).of(e),
                        "XChange cannot make the exchange: " + Failures.line(e),
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

    /**
     * {@return the result of the call} Each exception becomes an {@link OrderException}; an {@link Error} is not
     * changed.
     */
    private <T> T call(String what, Call<T> call) throws OrderException {
        try {
            return call.run();
        } catch (OrderException e) {
            throw e;
        } catch (Exception e) { // also checked exceptions, which modules of XChange throw without a declaration
            throw new OrderException(outcomes.of(e), name + ": " + what + ": " + Failures.line(e), e);
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
        if (exchangeId == null || exchangeId.isBlank()) { // some modules report an error like this
            throw new OrderException(FailureReason.UNKNOWN, name + ": order " + id + ": XChange has returned no id");
        }
        references.keep(exchangeId, id.value());
        return new OrderAck(id, exchangeId, OrderStatus.ACCEPTED, BigDecimal.ZERO, null);
    }

    /** {@inheritDoc} Also accepts the exchange's id, for an order that {@link #openOrders()} lists with this id. */
    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        Instrument market = markets.find(symbol);
        CancelParams params = call("cancel " + id, () -> lookup.cancelParams(market, id))
                .orElseThrow(() -> new OrderException(
                        FailureReason.REJECTED, name + ": cancel " + id + ": no such open order in " + market));
        boolean confirmed =
                call("cancel " + id, () -> exchange.getTradeService().cancelOrder(params));
        if (!confirmed) {
            throw new OrderException(FailureReason.REJECTED, name + ": cancel " + id + ": not confirmed");
        }
    }

    /**
     * {@inheritDoc} Throws if an open order has no client order id, because it may be the order that the caller
     * searches for.
     */
    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("open orders", () -> {
            List<ClientOrderId> ids = new ArrayList<>();
            for (Order order : lookup.open(market)) {
                lookup.clientOrderId(market, order.getId(), order.getUserReference())
                        .ifPresent(ids::add);
            }
            return ids;
        });
    }

    /**
     * {@inheritDoc} An order without a client order id is listed with the exchange's id, with which it can be
     * cancelled.
     */
    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        return call("open orders", () -> {
            List<OpenOrder> orders = new ArrayList<>();
            for (Order order : lookup.open()) {
                Optional<ClientOrderId> id = references
                        .find(order.getId(), order.getUserReference())
                        .flatMap(OrderReferences::toId)
                        .or(() -> OrderReferences.toId(String.valueOf(order.getId())));
                if (id.isEmpty() || order.getId() == null || order.getInstrument() == null) {
                    throw new OrderException(
                            FailureReason.UNSUPPORTED, name + ": an open order has no id or no market: " + order);
                }
                orders.add(new OpenOrder(id.get(), markets.name(order.getInstrument()), isReduceOnly(order)));
            }
            return orders;
        });
    }

    private static boolean isReduceOnly(Order order) {
        return order instanceof StopOrder
                || order.getType() == Order.OrderType.EXIT_ASK
                || order.getType() == Order.OrderType.EXIT_BID;
    }

    /**
     * {@inheritDoc} If a fill has no client order id, the order is requested from the exchange once. Not supported if
     * XChange cannot request a time range.
     */
    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("fills", () -> {
            List<OrderFill> fills = new ArrayList<>();
            FillHistory history = new FillHistory(exchange.getTradeService(), market, Clock.systemUTC());
            for (UserTrade trade : history.since(since)) {
                lookup.clientOrderId(market, trade.getOrderId(), trade.getOrderUserReference())
                        .ifPresent(id -> fills.add(new OrderFill(
                                id,
                                trade.getOriginalAmount(),
                                trade.getPrice(),
                                trade.getTimestamp().toInstant())));
            }
            return fills;
        });
    }

    /** Requests the account data, which needs a connection and a valid key. */
    @Override
    public void ping() throws OrderException {
        var unused = call("ping", () -> exchange.getAccountService().getAccountInfo());
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        Instrument market = markets.find(symbol);
        return call("ticker", () -> marketData().ticker(symbol, market));
    }

    /** {@inheritDoc} The book has the depth that XChange requests, at most {@code depth}. */
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

    /** Closes the exchange if it is closeable. XChange's own exchanges only use connections of the JDK. */
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
