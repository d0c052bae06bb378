package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class OrderRequestTest {
    private static final ClientOrderId ID = new ClientOrderId("a1");

    @Test
    void refusesWhatNoExchangeCanExecute() {
        assertThatThrownBy(() -> OrderRequest.market(ID, "XRPETH", Side.BUY, BigDecimal.ZERO))
                .hasMessage("quantity must be > 0, was 0");
        assertThatThrownBy(() -> OrderRequest.limit(ID, "XRPETH", Side.BUY, BigDecimal.ONE, new BigDecimal("-1")))
                .hasMessage("limit price must be > 0, was -1");
        assertThatThrownBy(() -> new OrderRequest(ID, "XRPETH", Side.BUY, OrderType.LIMIT, BigDecimal.ONE, null))
                .hasMessage("a limit order has a limit price and a market order has none, was LIMIT with null");
        assertThatThrownBy(() -> OrderRequest.market(ID, " ", Side.BUY, BigDecimal.ONE))
                .hasMessage("symbol is blank");
        assertThatThrownBy(() -> new ClientOrderId("a b")).hasMessageEndingWith("was 'a b'");
    }

    @Test
    void makesIdsThatAreUniqueOverRestartsAndValid() {
        ClientOrderIds run = new ClientOrderIds("bot", 1_700_000_000_000L);
        assertThat(run.next()).isNotEqualTo(run.next());
        assertThat(new ClientOrderIds("bot", 1_700_000_000_001L).next())
                .isNotEqualTo(new ClientOrderIds("bot", 1_700_000_000_000L).next());
    }
}
