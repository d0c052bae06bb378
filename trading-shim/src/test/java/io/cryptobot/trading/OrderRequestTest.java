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
        assertThatThrownBy(() -> request(OrderType.LIMIT, null, null, TimeInForce.GTC))
                .hasMessage("a limit order has a limit price and a market order has none, was LIMIT with null");
        assertThatThrownBy(() -> request(OrderType.STOP_LIMIT, BigDecimal.ONE, null, TimeInForce.GTC))
                .hasMessage("a stop order has a stop price and other orders have none, was STOP_LIMIT with null");
        assertThatThrownBy(() -> request(OrderType.MARKET, null, null, TimeInForce.GTC))
                .hasMessage("an order without a limit price cannot rest: time in force must be IOC or FOK, was GTC");
        assertThatThrownBy(() -> OrderRequest.stop(ID, "XRPETH", Side.BUY, BigDecimal.ONE, new BigDecimal("1E-19")))
                .hasMessage("stop price must have at most 18 digits on either side of the point, was 1E-19");
        assertThatThrownBy(() -> OrderRequest.market(ID, "XRPETH", Side.BUY, new BigDecimal("1E+2147483647")))
                .hasMessage("quantity must have at most 18 digits on either side of the point, was 1E+2147483647");
        assertThatThrownBy(() -> OrderRequest.market(ID, " ", Side.BUY, BigDecimal.ONE))
                .hasMessage("symbol is blank");
        assertThatThrownBy(() -> new ClientOrderId("a b")).hasMessageEndingWith("was 'a b'");
    }

    private static OrderRequest request(OrderType type, BigDecimal limit, BigDecimal stop, TimeInForce timeInForce) {
        return new OrderRequest(ID, "XRPETH", Side.BUY, type, BigDecimal.ONE, limit, stop, timeInForce);
    }

    @Test
    void makesIdsThatAreUniqueOverRestartsAndValid() {
        ClientOrderIds run = new ClientOrderIds("bot", 1_700_000_000_000L);
        assertThat(run.next()).isNotEqualTo(run.next());
        assertThat(new ClientOrderIds("bot", 1_700_000_000_001L).next())
                .isNotEqualTo(new ClientOrderIds("bot", 1_700_000_000_000L).next());
    }
}
