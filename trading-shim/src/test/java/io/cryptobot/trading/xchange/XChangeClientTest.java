package io.cryptobot.trading.xchange;

import static io.cryptobot.trading.xchange.FakeXChange.XRP_ETH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClientFactory;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.OrderType;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import java.math.BigDecimal;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.Order.IOrderFlags;
import org.knowm.xchange.dto.marketdata.Ticker;
import org.knowm.xchange.dto.marketdata.Trade;
import org.knowm.xchange.dto.marketdata.Trades;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.dto.trade.MarketOrder;
import org.knowm.xchange.dto.trade.StopOrder;
import org.knowm.xchange.dto.trade.UserTrade;
import org.knowm.xchange.exceptions.ExchangeException;
import org.knowm.xchange.exceptions.ExchangeSecurityException;
import org.knowm.xchange.exceptions.ExchangeUnavailableException;
import org.knowm.xchange.exceptions.FundsExceededException;
import org.knowm.xchange.service.marketdata.MarketDataService;
import org.knowm.xchange.service.trade.params.DefaultTradeHistoryParamInstrument;

class XChangeClientTest {
    private static final ClientOrderId ID = new ClientOrderId("bot-1");
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final Instant NOON = Instant.now().minus(3, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);

    private final FakeXChange exchange = new FakeXChange();
    private final FakeXChange.FakeTrading trading = exchange.trading;
    private final XChangeClient client = XChangeClient.of(exchange);

    private enum Flag implements IOrderFlags {
        IMMEDIATE,
        MAKER
    }

    @AfterEach
    void forget() {
        System.clearProperty("sun.net.http.retryPost");
    }

    private static AbstractThrowableAssert<?, ?> assertFails(FailureReason reason, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        OrderException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static OrderRequest limit() {
        return OrderRequest.limit(ID, "XRPETH", Side.BUY, BigDecimal.TEN, TWO);
    }

    @Test
    void placesAMarketOrder() throws OrderException {
        OrderAck ack = client.place(OrderRequest.market(ID, "XRPETH", Side.SELL, BigDecimal.TEN));
        assertThat(ack).isEqualTo(new OrderAck(ID, "77", OrderStatus.ACCEPTED, BigDecimal.ZERO, null));
        assertThat(trading.placed).singleElement().isInstanceOfSatisfying(MarketOrder.class, order -> {
            assertThat(order.getType()).isEqualTo(Order.OrderType.ASK);
            assertThat(order.getOriginalAmount()).isEqualByComparingTo("10");
            assertThat(order.getInstrument()).isEqualTo(XRP_ETH);
            assertThat(order.getUserReference()).isEqualTo("bot-1");
            assertThat(order.getOrderFlags()).isEmpty();
        });
    }

    @Test
    void placesALimitOrder() throws OrderException {
        client.place(limit());
        assertThat(trading.placed).singleElement().isInstanceOfSatisfying(LimitOrder.class, order -> {
            assertThat(order.getType()).isEqualTo(Order.OrderType.BID);
            assertThat(order.getLimitPrice()).isEqualByComparingTo("2");
            assertThat(order.getUserReference()).isEqualTo("bot-1");
            assertThat(order.getOrderFlags()).isEmpty();
        });
    }

    @Test
    void placesStopOrders() throws OrderException {
        client.place(OrderRequest.stop(ID, "XRPETH", Side.SELL, BigDecimal.TEN, TWO));
        client.place(new OrderRequest(
                ID, "XRPETH", Side.SELL, OrderType.STOP_LIMIT, BigDecimal.TEN, BigDecimal.ONE, TWO, TimeInForce.GTC));
        assertThat(trading.placed).hasSize(2).allSatisfy(each -> {
            StopOrder order = (StopOrder) each;
            assertThat(order.getStopPrice()).isEqualByComparingTo("2");
            assertThat(order.getIntention()).isEqualTo(StopOrder.Intention.STOP_LOSS);
            assertThat(order.getUserReference()).isEqualTo("bot-1");
        });
        assertThat(((StopOrder) trading.placed.get(0)).getLimitPrice()).isNull();
        assertThat(((StopOrder) trading.placed.get(1)).getLimitPrice()).isEqualByComparingTo("1");
    }

    @ParameterizedTest
    @CsvSource({"IOC", "FOK", "POST_ONLY"})
    void refusesATimeInForceThatXChangeHasNoWordForBeforeItSends(TimeInForce timeInForce) {
        assertFails(FailureReason.UNSUPPORTED, () -> client.place(limit().with(timeInForce)))
                .hasMessage(
                        "XChange has no word of its own for time in force %s: name the exchange's flag, "
                                + "XChangeSettings.DEFAULT.with(TimeInForce.%s, …)",
                        timeInForce, timeInForce);
        assertThat(trading.placed).isEmpty();
    }

    @Test
    void refusesAMarketOrderThatMustBeFilledWhole() {
        OrderRequest request = OrderRequest.market(ID, "XRPETH", Side.BUY, BigDecimal.TEN);
        assertFails(FailureReason.UNSUPPORTED, () -> client.place(request.with(TimeInForce.FOK)));
        assertThat(trading.placed).isEmpty();
    }

    @Test
    void takesTheExchangesFlagsFromTheSettings() throws OrderException {
        XChangeClient flagged = XChangeClient.of(
                exchange,
                XChangeSettings.DEFAULT.with(TimeInForce.IOC, Flag.IMMEDIATE).with(TimeInForce.POST_ONLY, Flag.MAKER));
        flagged.place(limit().with(TimeInForce.POST_ONLY));
        assertThat(trading.placed.get(0).getOrderFlags()).containsExactly(Flag.MAKER);
        flagged.place(limit().with(TimeInForce.IOC));
        assertThat(trading.placed.get(1).getOrderFlags()).containsExactly(Flag.IMMEDIATE);
    }

    @Test
    void refusesAnUnknownMarketBeforeItSends() {
        OrderRequest request = OrderRequest.market(ID, "NOSUCH", Side.BUY, BigDecimal.TEN);
        assertFails(FailureReason.INVALID, () -> client.place(request));
        assertThat(trading.placed).isEmpty();
    }

    @Test
    void refusesAnIdThatCannotBeToldFromOneThatXChangeDraws() {
        OrderRequest request = OrderRequest.market(new ClientOrderId("123456789"), "XRPETH", Side.BUY, BigDecimal.TEN);
        assertFails(FailureReason.INVALID, () -> client.place(request))
                .hasMessageContaining("one of those that XChange draws by chance");
        assertThat(new MarketOrder(Order.OrderType.BID, BigDecimal.TEN, XRP_ETH, "1", null, null, null, null, null)
                        .getUserReference())
                .as("what XChange makes of a reference that nobody has given")
                .matches("1\\d{8}");
        assertThat(trading.placed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void takesAnAnswerWithoutAnIdForUnknown(String answer) {
        trading.answer = answer;
        assertFails(FailureReason.UNKNOWN, () -> client.place(limit()));
        trading.answer = null;
        assertFails(FailureReason.UNKNOWN, () -> client.place(limit()))
                .hasMessage("fake_x: order bot-1: XChange has returned no id");
    }

    @Test
    void turnsWhateverIsThrownIntoOneOutcome() {
        trading.failure = new FundsExceededException("Account has insufficient balance");
        assertFails(FailureReason.INSUFFICIENT_FUNDS, () -> client.place(limit()))
                .hasMessage("fake_x: order bot-1: FundsExceededException: Account has insufficient balance")
                .hasCause(trading.failure);
        trading.failure = new SocketTimeoutException("Read timed out"); // checked, thrown undeclared
        assertFails(FailureReason.UNKNOWN, () -> client.place(limit()));
        assertThat(trading.placed).as("sent once each").hasSize(2);
    }

    @Test
    void passesAnErrorOnWhichTheShimTakesForUnknown() {
        trading.failure = new NoSuchMethodError("mixed versions of XChange");
        assertThatThrownBy(() -> client.place(limit())).isSameAs(trading.failure);
        assertThat(FailureReason.of(trading.failure)).isEqualTo(FailureReason.UNKNOWN);
    }

    @Test
    void cancelsByTheIdThatItHasSeenAtTheSending() throws OrderException {
        client.place(limit());
        client.cancel("XRPETH", ID);
        assertThat(trading.cancelled).containsExactly(new Cancellation(XRP_ETH, "77", "bot-1", null));
    }

    @Test
    void looksTheExchangesIdUpForAnOrderOfAnEarlierRun() throws OrderException {
        trading.open.add(open("41", "bot-0"));
        trading.hidden.add(new StopOrder.Builder(Order.OrderType.ASK, XRP_ETH)
                .id("42")
                .userReference("bot-1")
                .build());
        client.cancel("XRPETH", ID);
        assertThat(trading.cancelled).containsExactly(new Cancellation(XRP_ETH, "42", "bot-1", Order.OrderType.ASK));
    }

    @Test
    void aCancellationThatIsNotConfirmedIsNone() throws OrderException {
        assertFails(FailureReason.REJECTED, () -> client.cancel("XRPETH", ID))
                .hasMessage("fake_x: cancel bot-1: no such open order in XRP/ETH");
        client.place(limit());
        trading.cancels = false;
        assertFails(FailureReason.REJECTED, () -> client.cancel("XRPETH", ID))
                .hasMessage("fake_x: cancel bot-1: not confirmed");
        trading.failure = new ExchangeException("Unknown order sent.");
        assertFails(FailureReason.REJECTED, () -> client.cancel("XRPETH", ID));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsTheOpenOrdersOfAMarket(boolean asksForOneMarket) throws OrderException {
        trading.asksForOneMarket = asksForOneMarket;
        trading.open.add(open("41", "bot-0"));
        trading.open.add(new LimitOrder.Builder(Order.OrderType.BID, CurrencyPair.BTC_USD)
                .id("43")
                .userReference("bot-3")
                .build());
        trading.open.add(open("44", "by.hand"));
        trading.hidden.add(new StopOrder.Builder(Order.OrderType.ASK, XRP_ETH)
                .id("42")
                .userReference("bot-1")
                .build());
        assertThat(client.openOrders("XRPETH")).containsExactly(new ClientOrderId("bot-0"), ID);
    }

    @Test
    void keepsAnOrderWhoseMarketXChangeCannotName() throws OrderException {
        trading.open.add(new LimitOrder.Builder(Order.OrderType.BID, null)
                .id("41")
                .userReference("bot-1")
                .build());
        assertThat(client.openOrders("XRPETH")).containsExactly(ID);
        assertFails(FailureReason.UNSUPPORTED, client::openOrders).hasMessageContaining("has no id or no market");
    }

    @Test
    void asksForTheReferenceThatAnOpenOrderLacksAndDoesNotAnswerWithoutIt() throws OrderException {
        LimitOrder drawn = new LimitOrder(Order.OrderType.BID, BigDecimal.TEN, XRP_ETH, "41", null, TWO);
        assertThat(OrderReferences.isMissing(drawn.getUserReference())).isTrue();
        trading.open.add(drawn);
        assertFails(FailureReason.UNSUPPORTED, () -> client.openOrders("XRPETH"))
                .hasMessage("fake_x: the exchange does not tell whose order 41 in XRP/ETH is");
        trading.referencesById.put("41", "bot-1");
        assertThat(client.openOrders("XRPETH")).containsExactly(ID);
        assertThat(client.openOrders("XRPETH")).containsExactly(ID);
        assertThat(trading.asked).as("not asked again").containsExactly("41", "41");
    }

    @Test
    void knowsItsOwnOrdersWhereTheExchangeTellsNoReferences() throws OrderException {
        client.place(limit());
        trading.open.add(open("77", null));
        assertThat(client.openOrders("XRPETH")).containsExactly(ID);
        assertThat(trading.asked).isEmpty();
    }

    @Test
    void listsEveryOpenOrderOfTheAccountAndCanCancelIt() throws OrderException {
        trading.open.add(open("41", "bot-0"));
        trading.open.add(open("44", null));
        trading.open.add(open("45", "by.hand"));
        trading.open.add(new LimitOrder.Builder(Order.OrderType.EXIT_BID, CurrencyPair.BTC_USD)
                .id("46")
                .userReference("exit-1")
                .build());
        trading.hidden.add(new StopOrder.Builder(Order.OrderType.ASK, XRP_ETH)
                .id("42")
                .userReference("bot-1")
                .build());
        assertThat(client.openOrders())
                .containsExactly(
                        new OpenOrder(new ClientOrderId("bot-0"), "XRPETH", false),
                        new OpenOrder(new ClientOrderId("44"), "XRPETH", false),
                        new OpenOrder(new ClientOrderId("45"), "XRPETH", false),
                        new OpenOrder(new ClientOrderId("exit-1"), "BTC/USD", true),
                        new OpenOrder(ID, "XRPETH", true));
        client.cancel("XRPETH", new ClientOrderId("44"));
        assertThat(trading.cancelled).containsExactly(new Cancellation(XRP_ETH, "44", null, Order.OrderType.BID));
    }

    @Test
    void tellsTheFillsOfItsOrders() throws OrderException {
        client.place(limit()); // the exchange's id is 77
        trading.history.add(fill("1", NOON, "70", "bot-0"));
        trading.history.add(fill("2", NOON.plusSeconds(1), "77", null));
        trading.history.add(fill("3", NOON.plusSeconds(2), "78", null)); // one whose answer was lost
        trading.history.add(fill("4", NOON.plusSeconds(3), "79", "by.hand"));
        trading.history.add(fill("0", NOON.minusSeconds(1), "70", "bot-0"));
        trading.referencesById.put("78", "bot-2");
        assertThat(client.fills("XRPETH", NOON))
                .containsExactlyInAnyOrder(
                        new OrderFill(new ClientOrderId("bot-0"), TWO, BigDecimal.ONE, NOON),
                        new OrderFill(ID, TWO, BigDecimal.ONE, NOON.plusSeconds(1)),
                        new OrderFill(new ClientOrderId("bot-2"), TWO, BigDecimal.ONE, NOON.plusSeconds(2)));
        client.fills("XRPETH", NOON);
        assertThat(trading.asked).as("asked once").containsExactly("78");
    }

    @Test
    void doesNotAnswerWithFillsThatMayNotBeAll() {
        trading.history.add(fill("3", NOON, "78", null));
        assertFails(FailureReason.UNSUPPORTED, () -> client.fills("XRPETH", NOON))
                .hasMessage("fake_x: the exchange does not tell whose order 78 in XRP/ETH is");
        trading.history.set(0, fill(null, NOON, "78", "bot-1"));
        assertFails(FailureReason.UNSUPPORTED, () -> client.fills("XRPETH", NOON))
                .hasMessageContaining("has no id, time, quantity or price");
        trading.historyParams = () -> new DefaultTradeHistoryParamInstrument(XRP_ETH);
        assertFails(FailureReason.UNSUPPORTED, () -> client.fills("XRPETH", NOON))
                .hasMessage("XChange cannot ask this exchange for the fills of a span of time");
    }

    @ParameterizedTest
    @CsvSource({"true, 7", "false, 7", "true, 500", "false, 500"})
    void collectsAHistoryThatTheExchangeCutsOff(boolean newestFirst, int page) throws OrderException {
        trading.newestFirst = newestFirst;
        trading.page = page;
        for (int trade = 0; trade < 200; trade++) { // over two and a half days, in lumps
            Instant time = NOON.plus(trade / 40 * 12L, ChronoUnit.HOURS).plusSeconds(trade);
            trading.history.add(fill(Integer.toString(trade), time, "70", "bot-0"));
        }
        assertThat(client.fills("XRPETH", NOON)).hasSize(200);
    }

    @Test
    void asksOnceWhenThereIsNothing() throws OrderException {
        assertThat(client.fills("XRPETH", Instant.now().minusSeconds(60))).isEmpty();
        assertThat(trading.questions).isEqualTo(1);
    }

    @Test
    void tellsTheMarketByTheDeprecatedQuestionsToo() throws OrderException {
        Date time = Date.from(NOON);
        exchange.marketData = new FakeXChange.OldMarketData(
                new Ticker.Builder()
                        .instrument(XRP_ETH)
                        .last(TWO)
                        .timestamp(time)
                        .build(),
                new org.knowm.xchange.dto.marketdata.OrderBook(
                        time,
                        List.of(level("2.2", "1"), level("2.1", "1"), level("2.1", "3"), level("2.3", "0")),
                        List.of(level("1.8", "5"), level("1.9", "1"), level("1.7", "1"))),
                new Trades(
                        List.of(
                                trade("12", Order.OrderType.ASK, time),
                                trade("11", Order.OrderType.BID, time),
                                trade("13", null, time),
                                trade("14", Order.OrderType.BID, null)),
                        Trades.TradeSortType.SortByID));
        assertThat(client.ticker("XRPETH")).isEqualTo(new io.cryptobot.trading.Ticker("XRPETH", TWO, time.getTime()));
        OrderBook book = client.book("XRPETH", 2).orElseThrow();
        assertThat(book.bids())
                .extracting(OrderBook.Level::toString)
                .containsExactly("Level[price=1.9, quantity=1]", "Level[price=1.8, quantity=5]");
        assertThat(book.asks())
                .extracting(OrderBook.Level::toString)
                .containsExactly("Level[price=2.1, quantity=4]", "Level[price=2.2, quantity=1]");
        assertThat(client.recentTrades("XRPETH"))
                .containsExactly(
                        new PublicTrade(11, "XRPETH", TWO, BigDecimal.ONE, Side.BUY, time.getTime()),
                        new PublicTrade(12, "XRPETH", TWO, BigDecimal.ONE, Side.SELL, time.getTime()));
    }

    @Test
    void saysNothingOfAMarketOfWhichXChangeTellsNothing() throws OrderException {
        assertThat(client.book("XRPETH", 5)).isEmpty();
        assertThat(client.recentTrades("XRPETH")).isEmpty();
        assertFails(FailureReason.UNSUPPORTED, () -> client.ticker("XRPETH"));
        exchange.marketData = new FakeXChange.OldMarketData(
                new Ticker.Builder().instrument(XRP_ETH).build(),
                new org.knowm.xchange.dto.marketdata.OrderBook(
                        null, List.of(level("1.8", "1")), List.of(level("1.9", "1"))),
                new Trades(List.of(trade("a1b2", Order.OrderType.ASK, Date.from(NOON)))));
        assertFails(FailureReason.UNKNOWN, () -> client.ticker("XRPETH"))
                .hasMessage("fake_x: ticker: IOException: the ticker of XRPETH has no last price");
        assertThat(client.recentTrades("XRPETH")).as("not numbered").isEmpty();
        assertFails(FailureReason.UNKNOWN, () -> client.book("XRPETH", 5)).hasMessageContaining("crossed");
    }

    @Test
    void aTickerWithoutATimeHasNone() throws OrderException {
        exchange.marketData = new MarketDataService() {
            @Override
            public Ticker getTicker(org.knowm.xchange.instrument.Instrument market, Object... unused) {
                return new Ticker.Builder().instrument(market).last(TWO).build();
            }
        };
        assertThat(client.ticker("XRPETH").timeMs()).isZero();
    }

    @Test
    void aSignOfLifeTakesTheAccount() throws OrderException {
        assertFails(FailureReason.UNSUPPORTED, client::ping);
        FakeXChange.Account account = new FakeXChange.Account();
        exchange.account = account;
        client.ping();
        account.failure = new ExchangeSecurityException("Invalid API-key");
        assertFails(FailureReason.AUTH, client::ping);
    }

    @Test
    void closesAnExchangeThatCanBeClosed() {
        client.close();
        assertThat(exchange.closed).isTrue();
    }

    @Test
    void isNamedAsALabel() {
        assertThat(client.name()).isEqualTo("fake_x");
        exchange.specification.setExchangeName(null);
        assertThat(XChangeClient.of(exchange).name()).isEqualTo("fakexchange");
    }

    @Test
    void refusesAnExchangeThatSendsOrdersAgain() {
        exchange.specification.getResilience().setRetryEnabled(true);
        String line =
                "fake_x: XChange would send an order up to three times: setRetryEnabled(false) on the specification's"
                        + " resilience";
        assertThatThrownBy(() -> XChangeClient.of(exchange))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(line);
        ExchangeClientFactory factory = XChangeClient.factory(() -> exchange, XChangeSettings.DEFAULT);
        assertFails(FailureReason.INVALID, factory::create).hasMessage(line);
    }

    @Test
    void aFactoryMakesAnotherClientEachTimeAndSaysWhyItCannot() throws OrderException {
        ExchangeClientFactory factory = XChangeClient.factory(FakeXChange::new, XChangeSettings.DEFAULT);
        assertThat(factory.create()).isNotSameAs(factory.create());
        ExchangeClientFactory failing = XChangeClient.factory(
                () -> {
                    throw new ExchangeUnavailableException("503");
                },
                XChangeSettings.DEFAULT);
        assertFails(FailureReason.UNKNOWN, failing::create)
                .hasMessage("XChange cannot make the exchange: ExchangeUnavailableException: 503");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"false, NOT_SENT", "FALSE, NOT_SENT", "true, UNKNOWN", "none, UNKNOWN"})
    void believesThatAnOrderWasNotSentOnlyIfTheJdkDoesNotSendItAgain(String retryPost, FailureReason reason) {
        if (retryPost != null) {
            System.setProperty("sun.net.http.retryPost", retryPost);
        }
        trading.failure = new java.net.ConnectException("Connection refused");
        XChangeClient other = XChangeClient.of(exchange);
        assertFails(reason, () -> other.place(limit()));
    }

    private static LimitOrder open(String id, String reference) {
        return new LimitOrder.Builder(Order.OrderType.BID, XRP_ETH)
                .id(id)
                .userReference(reference)
                .build();
    }

    private static UserTrade fill(String id, Instant time, String orderId, String reference) {
        return UserTrade.builder()
                .id(id)
                .instrument(XRP_ETH)
                .timestamp(Date.from(time))
                .originalAmount(TWO)
                .price(BigDecimal.ONE)
                .orderId(orderId)
                .orderUserReference(reference)
                .build();
    }

    private static LimitOrder level(String price, String quantity) {
        return new LimitOrder.Builder(Order.OrderType.BID, XRP_ETH)
                .limitPrice(new BigDecimal(price))
                .originalAmount(new BigDecimal(quantity))
                .build();
    }

    private static Trade trade(String id, Order.OrderType type, Date time) {
        return Trade.builder()
                .id(id)
                .type(type)
                .price(TWO)
                .originalAmount(BigDecimal.ONE)
                .timestamp(time)
                .build();
    }
}
