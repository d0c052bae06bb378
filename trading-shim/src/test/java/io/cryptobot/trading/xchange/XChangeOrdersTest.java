package io.cryptobot.trading.xchange;

import static io.cryptobot.trading.xchange.FailureAssertions.assertFails;
import static io.cryptobot.trading.xchange.FakeXChange.XRP_ETH;
import static io.cryptobot.trading.xchange.FakeXChange.fill;
import static io.cryptobot.trading.xchange.FakeXChange.open;
import static io.cryptobot.trading.xchange.FakeXChange.stop;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.exceptions.ExchangeException;
import org.knowm.xchange.service.trade.params.DefaultTradeHistoryParamInstrument;

/** Tests cancellations, open orders and fills. */
class XChangeOrdersTest {
    private static final ClientOrderId ID = new ClientOrderId("bot-1");
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final Instant NOON = Instant.now().minus(3, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);

    private final FakeXChange exchange = new FakeXChange();
    private final FakeXChange.FakeTrading trading = exchange.trading;
    private final XChangeClient client = XChangeClient.of(exchange);

    private static OrderRequest limit() {
        return OrderRequest.limit(ID, "XRPETH", Side.BUY, BigDecimal.TEN, TWO);
    }

    @Test
    void cancelsByTheIdThatItHasSeenAtTheSending() throws OrderException {
        client.place(limit());
        client.cancel("XRPETH", ID);
        assertThat(trading.cancelled).containsExactly(new CancelParams(XRP_ETH, "77", "bot-1", null));
    }

    @Test
    void findsTheExchangesIdOfAnOrderOfAnEarlierRun() throws OrderException {
        trading.open.add(open("41", "bot-0"));
        trading.hidden.add(stop("42", "bot-1"));
        client.cancel("XRPETH", ID);
        assertThat(trading.cancelled).containsExactly(new CancelParams(XRP_ETH, "42", "bot-1", Order.OrderType.ASK));
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
        trading.hidden.add(stop("42", "bot-1"));
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
                .hasMessage("fake_x: the exchange gives no client order id for order 41 in XRP/ETH");
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
        trading.hidden.add(stop("42", "bot-1"));
        assertThat(client.openOrders())
                .containsExactly(
                        new OpenOrder(new ClientOrderId("bot-0"), "XRPETH", false),
                        new OpenOrder(new ClientOrderId("44"), "XRPETH", false),
                        new OpenOrder(new ClientOrderId("45"), "XRPETH", false),
                        new OpenOrder(new ClientOrderId("exit-1"), "BTC/USD", true),
                        new OpenOrder(ID, "XRPETH", true));
        client.cancel("XRPETH", new ClientOrderId("44"));
        assertThat(trading.cancelled).containsExactly(new CancelParams(XRP_ETH, "44", null, Order.OrderType.BID));
    }

    @Test
    void tellsTheFillsOfItsOrders() throws OrderException {
        client.place(limit()); // the exchange's id is 77
        trading.history.add(fill("1", NOON, "70", "bot-0"));
        trading.history.add(fill("2", NOON.plusSeconds(1), "77", null));
        trading.history.add(fill("3", NOON.plusSeconds(2), "78", null)); // an order whose answer was lost
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
                .hasMessage("fake_x: the exchange gives no client order id for order 78 in XRP/ETH");
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
        for (int trade = 0; trade < 200; trade++) { // in bursts over two and a half days
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
}
