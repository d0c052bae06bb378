package io.cryptobot.trading.xchange;

import static io.cryptobot.trading.xchange.FailureAssertions.assertFails;
import static io.cryptobot.trading.xchange.FakeXChange.XRP_ETH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClientFactory;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.OrderType;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import java.math.BigDecimal;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.Order.IOrderFlags;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.dto.trade.MarketOrder;
import org.knowm.xchange.dto.trade.StopOrder;
import org.knowm.xchange.exceptions.ExchangeSecurityException;
import org.knowm.xchange.exceptions.ExchangeUnavailableException;
import org.knowm.xchange.exceptions.FundsExceededException;

/** Tests orders, failures and closing of the client. */
class XChangeClientTest {
    private static final ClientOrderId ID = new ClientOrderId("bot-1");
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

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
                        "XChange does not support time in force %s directly: name the exchange's flag, "
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
                .hasMessageContaining("looks like one that XChange generates");
        assertThat(new MarketOrder(Order.OrderType.BID, BigDecimal.TEN, XRP_ETH, "1", null, null, null, null, null)
                        .getUserReference())
                .as("what XChange makes of a missing reference")
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
        trading.failure = new SocketTimeoutException("Read timed out"); // an undeclared checked exception
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
    void pingReadsTheAccount() throws OrderException {
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
}
