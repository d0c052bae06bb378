package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.FakeExchange;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PaperExchangeClientTest {
    private static final ClientOrderId ID = new ClientOrderId("a1");

    private final FakeExchange market = new FakeExchange();
    private final PaperExchangeClient paper = new PaperExchangeClient(market);

    @Test
    void fillsALimitThatTheMarketHasReachedAtTheMarketsPrice() throws Exception {
        assertThat(paper.place(limit(Side.BUY, "2.5")).averagePrice()).isEqualByComparingTo("2");
        assertThat(paper.place(limit(Side.SELL, "2")).status()).isEqualTo(OrderStatus.FILLED);
    }

    @Test
    void refusesALimitThatWouldRest() {
        assertThatThrownBy(() -> paper.place(limit(Side.BUY, "1.99")))
                .hasMessage("paper orders do not rest: limit 1.99, last price 2")
                .extracting(e -> ((OrderException) e).reason())
                .isEqualTo(FailureReason.UNSUPPORTED);
    }

    @Test
    void refusesWithoutAPriceAndSaysSo() {
        market.failure = new OrderException(FailureReason.UNKNOWN, "connection refused");
        assertThatThrownBy(() -> paper.place(OrderRequest.market(ID, "XRPETH", Side.BUY, BigDecimal.ONE)))
                .hasMessage("no market price for XRPETH: connection refused")
                .extracting(e -> ((OrderException) e).reason())
                .isEqualTo(FailureReason.NOT_SENT);
    }

    @Test
    void neverPlacesAnythingAtTheExchange() throws Exception {
        paper.place(OrderRequest.market(ID, "XRPETH", Side.SELL, BigDecimal.ONE));
        assertThat(market.placed).isEmpty();
    }

    private static OrderRequest limit(Side side, String price) {
        return OrderRequest.limit(ID, "XRPETH", side, BigDecimal.ONE, new BigDecimal(price));
    }
}
