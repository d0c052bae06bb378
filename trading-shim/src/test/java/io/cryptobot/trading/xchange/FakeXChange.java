package io.cryptobot.trading.xchange;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.knowm.xchange.Exchange;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.account.AccountInfo;
import org.knowm.xchange.dto.marketdata.OrderBook;
import org.knowm.xchange.dto.marketdata.Ticker;
import org.knowm.xchange.dto.marketdata.Trades;
import org.knowm.xchange.dto.meta.ExchangeMetaData;
import org.knowm.xchange.dto.meta.InstrumentMetaData;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.dto.trade.MarketOrder;
import org.knowm.xchange.dto.trade.OpenOrders;
import org.knowm.xchange.dto.trade.StopOrder;
import org.knowm.xchange.dto.trade.UserTrade;
import org.knowm.xchange.dto.trade.UserTrades;
import org.knowm.xchange.exceptions.NotYetImplementedForExchangeException;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.account.AccountService;
import org.knowm.xchange.service.marketdata.MarketDataService;
import org.knowm.xchange.service.trade.TradeService;
import org.knowm.xchange.service.trade.params.CancelOrderParams;
import org.knowm.xchange.service.trade.params.TradeHistoryParams;
import org.knowm.xchange.service.trade.params.TradeHistoryParamsAll;
import org.knowm.xchange.service.trade.params.orders.DefaultOpenOrdersParamInstrument;
import org.knowm.xchange.service.trade.params.orders.OpenOrdersParamInstrument;
import org.knowm.xchange.service.trade.params.orders.OpenOrdersParams;
import org.knowm.xchange.service.trade.params.orders.OrderQueryParams;
import si.mazi.rescu.SynchronizedValueFactory;

/**
 * A configurable exchange of XChange. Methods that are not configured are not implemented, like in modules of XChange.
 */
final class FakeXChange implements Exchange, AutoCloseable {
    static final CurrencyPair XRP_ETH = new CurrencyPair("XRP", "ETH");

    final ExchangeSpecification specification = new ExchangeSpecification(FakeXChange.class);
    final Map<Instrument, InstrumentMetaData> instruments = new HashMap<>();
    final FakeTrading trading = new FakeTrading();
    MarketDataService marketData = new MarketDataService() {};
    AccountService account = new AccountService() {};
    boolean closed;

    FakeXChange() {
        specification.setExchangeName("Fake X");
        instruments.put(XRP_ETH, InstrumentMetaData.builder().build());
    }

    static LimitOrder open(String id, @Nullable String reference) {
        return new LimitOrder.Builder(Order.OrderType.BID, XRP_ETH)
                .id(id)
                .userReference(reference)
                .build();
    }

    static StopOrder stop(String id, String reference) {
        return new StopOrder.Builder(Order.OrderType.ASK, XRP_ETH)
                .id(id)
                .userReference(reference)
                .build();
    }

    /** {@return a fill of 2 at 1} */
    static UserTrade fill(@Nullable String id, Instant time, String orderId, @Nullable String reference) {
        return UserTrade.builder()
                .id(id)
                .instrument(XRP_ETH)
                .timestamp(Date.from(time))
                .originalAmount(BigDecimal.valueOf(2))
                .price(BigDecimal.ONE)
                .orderId(orderId)
                .orderUserReference(reference)
                .build();
    }

    /** Throws any exception, also an undeclared checked exception. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> void raise(@Nullable Throwable thrown) throws E {
        if (thrown != null) {
            throw (E) thrown;
        }
    }

    /** Cuts the list of fills at {@link #page}, at the new end or at the old end. */
    static final class FakeTrading implements TradeService {
        final List<Order> placed = new ArrayList<>();
        final List<CancelOrderParams> cancelled = new ArrayList<>();
        final List<LimitOrder> open = new ArrayList<>();
        final List<Order> hidden = new ArrayList<>();
        final List<UserTrade> history = new ArrayList<>();
        final Map<String, String> referencesById = new HashMap<>();
        final List<String> asked = new ArrayList<>();

        @Nullable
        Throwable failure;

        @Nullable
        String answer = "77";

        boolean cancels = true;
        boolean asksForOneMarket = true;
        boolean newestFirst;
        int page = Integer.MAX_VALUE;
        int questions;
        Supplier<TradeHistoryParams> historyParams = TradeHistoryParamsAll::new;

        private String place(Order order) {
            placed.add(order);
            raise(failure);
            return answer;
        }

        @Override
        public String placeMarketOrder(MarketOrder order) {
            return place(order);
        }

        @Override
        public String placeLimitOrder(LimitOrder order) {
            return place(order);
        }

        @Override
        public String placeStopOrder(StopOrder order) {
            return place(order);
        }

        @Override
        public boolean cancelOrder(CancelOrderParams params) {
            raise(failure);
            cancelled.add(params);
            return cancels;
        }

        @Override
        public OpenOrders getOpenOrders() {
            raise(failure);
            return new OpenOrders(open, hidden);
        }

        @Override
        public OpenOrdersParams createOpenOrdersParams() {
            if (!asksForOneMarket) {
                throw new NotYetImplementedForExchangeException();
            }
            return new DefaultOpenOrdersParamInstrument();
        }

        @Override
        public OpenOrders getOpenOrders(OpenOrdersParams params) {
            Instrument market = ((OpenOrdersParamInstrument) params).getInstrument();
            raise(failure);
            return new OpenOrders(
                    open.stream()
                            .filter(each -> each.getInstrument() == null || market.equals(each.getInstrument()))
                            .toList(),
                    hidden);
        }

        @Override
        public TradeHistoryParams createTradeHistoryParams() {
            return historyParams.get();
        }

        @Override
        public UserTrades getTradeHistory(TradeHistoryParams params) {
            raise(failure);
            questions++;
            TradeHistoryParamsAll span = (TradeHistoryParamsAll) params;
            List<UserTrade> found = new ArrayList<>(history.stream()
                    .filter(trade -> trade.getTimestamp() == null
                            || (!trade.getTimestamp().before(span.getStartTime())
                                    && (span.getEndTime() == null
                                            || !trade.getTimestamp().after(span.getEndTime()))))
                    .toList());
            int from = newestFirst ? Math.max(0, found.size() - page) : 0;
            return new UserTrades(
                    found.subList(from, Math.min(found.size(), from + page)), Trades.TradeSortType.SortByTimestamp);
        }

        @Override
        public Collection<Order> getOrder(OrderQueryParams... params) throws IOException {
            String id = params[0].getOrderId();
            asked.add(id);
            LimitOrder.Builder order = new LimitOrder.Builder(Order.OrderType.BID, XRP_ETH).id(id);
            return List.of(order.userReference(referencesById.get(id)).build());
        }
    }

    /** Market data of a module that implements only the deprecated methods. */
    @SuppressWarnings("deprecation")
    record OldMarketData(Ticker ticker, OrderBook book, Trades trades) implements MarketDataService {
        @Override
        public Ticker getTicker(CurrencyPair pair, Object... unused) {
            return ticker;
        }

        @Override
        public OrderBook getOrderBook(CurrencyPair pair, Object... unused) {
            return book;
        }

        @Override
        public Trades getTrades(CurrencyPair pair, Object... unused) {
            return trades;
        }
    }

    /** An account service that answers. */
    static final class Account implements AccountService {
        @Nullable
        Throwable failure;

        @Override
        public AccountInfo getAccountInfo() {
            raise(failure);
            return new AccountInfo();
        }
    }

    @Override
    public ExchangeSpecification getExchangeSpecification() {
        return specification;
    }

    @Override
    public ExchangeMetaData getExchangeMetaData() {
        return new ExchangeMetaData(instruments, Map.of(), null, null, null);
    }

    @Override
    public List<Instrument> getExchangeInstruments() {
        return List.copyOf(instruments.keySet());
    }

    @Override
    public SynchronizedValueFactory<Long> getNonceFactory() {
        throw new NotYetImplementedForExchangeException();
    }

    @Override
    public ExchangeSpecification getDefaultExchangeSpecification() {
        return specification;
    }

    @Override
    public void applySpecification(ExchangeSpecification unused) {}

    @Override
    public MarketDataService getMarketDataService() {
        return marketData;
    }

    @Override
    public TradeService getTradeService() {
        return trading;
    }

    @Override
    public AccountService getAccountService() {
        return account;
    }

    @Override
    public void remoteInit() {}

    @Override
    public void close() {
        closed = true;
    }
}
