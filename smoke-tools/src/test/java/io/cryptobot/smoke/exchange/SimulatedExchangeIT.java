package io.cryptobot.smoke.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedExchangeIT {
    private static final BigDecimal PRICE = new BigDecimal("12.34");

    private final ClientOrderIds ids = new ClientOrderIds("test", 0);
    private SimulatedExchange exchange;
    private SimulatedExchangeClient client;

    @BeforeEach
    void start() throws IOException {
        exchange = SimulatedExchange.start(new StandingMarket(), 0, 1);
        client = new SimulatedExchangeClient(exchange.url());
    }

    @AfterEach
    void stop() throws IOException {
        exchange.close();
    }

    @Test
    void fillsAtTheLastPrice() throws Exception {
        OrderRequest order = order("TESTUSD");

        OrderAck ack = client.place(order);

        assertThat(ack)
                .isEqualTo(
                        new OrderAck(order.clientOrderId(), "S-1", OrderStatus.FILLED, new BigDecimal("0.5"), PRICE));
        assertThat(client.ticker("TESTUSD").lastPrice()).isEqualTo(PRICE);
        assertThat(client.openOrders("TESTUSD")).isEmpty();
        assertThat(exchange.ordersReceived()).isEqualTo(1);
        assertThat(exchange.ordersFilled()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "REJECT | INSUFFICIENT_FUNDS | HTTP 400 account has insufficient balance",
                "UNAVAILABLE | UNKNOWN | HTTP 503 service temporarily unavailable",
                "RESET | UNKNOWN | no answer: ",
            })
    void aFaultIsOneOrderAtTheWireWithItsReason(ExchangeFault fault, FailureReason reason, String message)
            throws Exception {
        client.place(order("TESTUSD")); // leaves a connection that a client might take for a stale one and try again
        exchange.setFault(fault);

        OrderException failure = failure(order("TESTUSD"));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageStartingWith(message);
        assertThat(exchange.ordersReceived()).isEqualTo(2);
        assertThat(exchange.ordersFilled()).isEqualTo(1);
        assertThat(client.ticker("TESTUSD").lastPrice()).as("prices go on").isEqualTo(PRICE);

        exchange.setFault(ExchangeFault.NONE);
        assertThat(client.place(order("TESTUSD")).exchangeOrderId()).isEqualTo("S-2");
        assertThat(exchange.ordersReceived()).isEqualTo(3);
    }

    @Test
    void aSlowExchangeStillFills() throws Exception {
        exchange.setFault(ExchangeFault.SLOW);
        long start = System.nanoTime();

        assertThat(client.place(order("TESTUSD")).status()).isEqualTo(OrderStatus.FILLED);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_200_000_000L);
    }

    @Test
    void anOrderToAClosedExchangeWasNotSent() throws Exception {
        exchange.close();

        assertThat(failure(order("TESTUSD")).reason()).isEqualTo(FailureReason.NOT_SENT);
        assertThat(exchange.ordersReceived()).isZero();
    }

    @Test
    void refusesAnotherMarketAndWhatIsNotJson() throws Exception {
        OrderException failure = failure(order("OTHER"));
        assertThat(failure.reason()).isEqualTo(FailureReason.INVALID);
        assertThat(failure).hasMessage("HTTP 400 unknown symbol OTHER");

        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(exchange.url() + "/orders"))
                                .POST(HttpRequest.BodyPublishers.ofString("{"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(exchange.ordersReceived()).isEqualTo(2);
        assertThat(exchange.ordersFilled()).isZero();
    }

    private OrderRequest order(String symbol) {
        return OrderRequest.market(ids.next(), symbol, Side.BUY, new BigDecimal("0.5"));
    }

    private OrderException failure(OrderRequest order) {
        return catchThrowableOfType(OrderException.class, () -> client.place(order));
    }

    private static final class StandingMarket implements Market {
        @Override
        public String symbol() {
            return "TESTUSD";
        }

        @Override
        public Trade next() {
            return new Trade(PRICE, BigDecimal.ONE, 1_000);
        }
    }
}
