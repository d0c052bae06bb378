package io.cryptobot.trading.xchange;

import static io.cryptobot.trading.xchange.FailureAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.FreePorts;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.knowm.xchange.binance.dto.trade.BinanceOrderFlags;

/** Tests the adapter with XChange's own Binance exchange and a stub of Binance. */
class XChangeBinanceIT {
    private static final ClientOrderId ID = new ClientOrderId("bot-1");
    private static final String ACCEPTED = "200 {\"symbol\":\"XRPETH\",\"orderId\":77,\"clientOrderId\":\"bot-1\"}";
    private static final String ORDER =
            "\"symbol\":\"XRPETH\",\"status\":\"NEW\",\"timeInForce\":\"GTC\",\"side\":\"BUY\",\"origQty\":\"10\","
                    + "\"executedQty\":\"0\",\"cummulativeQuoteQty\":\"0\",\"price\":\"1\",\"time\":1700000000000}";

    private StubBinance binance;

    @AfterEach
    void close() throws IOException {
        if (binance != null) {
            binance.close();
        }
    }

    private XChangeClient client(Function<StubBinance.Request, Optional<String>> answers) throws IOException {
        binance = new StubBinance(answers);
        return XChangeClient.of(
                StubBinance.exchange(binance.uri(), 300),
                XChangeSettings.DEFAULT.with(TimeInForce.POST_ONLY, BinanceOrderFlags.LIMIT_MAKER));
    }

    private static OrderRequest limit() {
        return OrderRequest.limit(ID, "XRP/ETH", Side.BUY, BigDecimal.TEN, BigDecimal.ONE);
    }

    @Test
    void sendsTheBotsOwnIdWithEachOrder() throws Exception {
        XChangeClient client = client(request -> Optional.of(ACCEPTED));
        assertThat(client.place(limit()).exchangeOrderId()).isEqualTo("77");
        client.place(OrderRequest.market(ID, "XRP/ETH", Side.SELL, BigDecimal.TEN));
        client.place(OrderRequest.stop(ID, "XRP/ETH", Side.SELL, BigDecimal.TEN, BigDecimal.ONE));
        client.place(limit().with(TimeInForce.POST_ONLY));
        assertThat(binance.orders())
                .hasSize(4)
                .allSatisfy(order -> assertThat(order.body()).contains("symbol=XRPETH", "newClientOrderId=bot-1"));
        assertThat(binance.orders().get(0).body()).contains("type=LIMIT&timeInForce=GTC", "price=1", "side=BUY");
        assertThat(binance.orders().get(1).body()).contains("type=MARKET").doesNotContain("timeInForce");
        assertThat(binance.orders().get(2).body()).contains("type=STOP_LOSS&", "stopPrice=1");
        assertThat(binance.orders().get(3).body()).contains("type=LIMIT_MAKER&");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 {\"code\":-2010,\"msg\":\"Account has insufficient balance for requested action.\"} | INSUFFICIENT_FUNDS",
                "400 {\"code\":-2010,\"msg\":\"Duplicate order sent.\"} | UNKNOWN",
                "400 {\"code\":-1006,\"msg\":\"An unexpected response was received from the message bus.\"} | UNKNOWN",
                "400 {\"code\":-1021,\"msg\":\"Timestamp for this request is outside of the recvWindow.\"} | EXPIRED_WINDOW",
                "429 {\"code\":-1003,\"msg\":\"Too many requests.\"} | RATE_LIMITED",
                "401 {\"code\":-2015,\"msg\":\"Invalid API-key, IP, or permissions for action.\"} | AUTH",
                "400 {\"code\":-1111,\"msg\":\"Precision is over the maximum defined for this asset.\"} | REJECTED",
                "502 <html>Bad Gateway</html> | UNKNOWN",
                "503 {\"code\":-1008,\"msg\":\"Server is currently overloaded with other requests.\"} | UNKNOWN",
                "200 <html>no JSON</html> | UNKNOWN",
                "200 {\"orderId\":\"not a number\"} | UNKNOWN",
                "silence | UNKNOWN",
            })
    void tellsWhatBinanceMeans(String answer, FailureReason reason) throws Exception {
        XChangeClient client = client(request -> Optional.of(answer));
        assertFails(reason, () -> client.place(limit()))
                .hasMessageStartingWith("binance: order bot-1: ")
                .message()
                .doesNotContain("signature=");
        assertThat(binance.orders()).hasSize(1);
    }

    @Test
    void findsTheOrderWhoseAnswerWasLostByItsFills() throws Exception {
        Instant now = Instant.now();
        Map<String, String> answers = Map.of(
                "GET /api/v3/openOrders", "200 []",
                "GET /api/v3/myTrades",
                        "200 [{\"symbol\":\"XRPETH\",\"id\":5,\"orderId\":77,\"price\":\"1\",\"qty\":\"10\","
                                + "\"commission\":\"0\",\"commissionAsset\":\"ETH\",\"isBuyer\":true,\"time\":"
                                + now.toEpochMilli() + "}]",
                "GET /api/v3/order", "200 {\"orderId\":77,\"clientOrderId\":\"bot-1\",\"type\":\"MARKET\"," + ORDER);
        XChangeClient client =
                client(request -> Optional.ofNullable(answers.get(request.method() + " " + request.path())));
        assertThatThrownBy(() -> client.place(limit())).hasMessageContaining("Unexpected end of file from server");
        assertThat(client.openOrders("XRP/ETH")).isEmpty();
        assertThat(client.fills("XRP/ETH", now.minusSeconds(60)))
                .containsExactly(
                        new OrderFill(ID, BigDecimal.TEN, BigDecimal.ONE, Instant.ofEpochMilli(now.toEpochMilli())));
    }

    @Test
    void listsAndCancelsWhatRests() throws Exception {
        List<StubBinance.Request> deleted = new ArrayList<>();
        XChangeClient client = client(request -> {
            if (request.method().equals("DELETE")) {
                deleted.add(request);
                return Optional.of(ACCEPTED);
            }
            return Optional.of("200 [{\"orderId\":76,\"clientOrderId\":\"bot-0\",\"type\":\"LIMIT\"," + ORDER
                    + ",{\"orderId\":77,\"clientOrderId\":\"bot-1\",\"type\":\"STOP_LOSS\"," + ORDER + "]");
        });
        assertThat(client.openOrders("XRP/ETH")).containsExactly(new ClientOrderId("bot-0"), ID);
        assertThat(client.openOrders())
                .containsExactly(
                        new OpenOrder(new ClientOrderId("bot-0"), "XRP/ETH", false),
                        new OpenOrder(ID, "XRP/ETH", true));
        client.cancel("XRP/ETH", ID);
        assertThat(deleted)
                .singleElement()
                .satisfies(request -> assertThat(request.path()).isEqualTo("/api/v3/order"));
    }

    /** Tests the documented numbers: by default the JDK sends an order again if there was no answer. */
    @ParameterizedTest
    @CsvSource({"-Dsun.net.http.retryPost=false, 1", "-Dsun.net.http.retryPost=true, 2", "-Dnone, 2"})
    void anOrderThatIsReadAndNotAnsweredIsUnknownAndArrivesOnceWithTheProperty(String property, int arrivals)
            throws Exception {
        binance = new StubBinance(request -> Optional.empty());
        assertThat(run(property, binance.uri())).contains("UNKNOWN binance: order bot-1: SocketException");
        assertThat(binance.orders()).hasSize(arrivals);
    }

    @ParameterizedTest
    @CsvSource({"-Dsun.net.http.retryPost=false, NOT_SENT", "-Dnone, UNKNOWN"})
    void anOrderWithoutAConnectionIsNotSentOnlyWithTheProperty(String property, FailureReason reason) {
        assertThat(run(property, "http://127.0.0.1:" + FreePorts.choose()))
                .contains(reason + " binance: order bot-1: ConnectException");
    }

    private static String run(String property, String uri) {
        return ChildProcess.java(OneOrder.class, uri)
                .fastStart()
                .options(property)
                .run()
                .output();
    }
}
