package io.cryptobot.trading.order;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatedExchangeClientTest {
    private static final ClientOrderId ID = new ClientOrderId("a1");

    private final OrderProcessor gated = mock();
    private final ExchangeClient exchange = mock();
    private final ExchangeClient paper = mock();
    private final Set<ClientOrderId> paperIds = new HashSet<>();
    private final GatedExchangeClient client = new GatedExchangeClient(gated, exchange, paper, paperIds::contains);

    @Test
    void leavesNoWayRoundTheGateForANewOrder() throws Exception {
        OrderRequest request = OrderRequest.market(ID, "XRPETH", Side.BUY, BigDecimal.ONE);
        client.place(request);
        verify(gated).process(request);
        verify(exchange, never()).place(any());
    }

    @Test
    void letsLiveOrdersBeBroughtToAnEndInEveryMode() throws Exception {
        client.cancel("XRPETH", ID);
        client.openOrders("XRPETH");
        client.ticker("XRPETH");
        client.close();
        verify(exchange).cancel("XRPETH", ID);
        verify(exchange).openOrders("XRPETH");
        verify(exchange).ticker("XRPETH");
        verify(exchange).close();
        verifyNoInteractions(gated);
    }

    @Test
    void cancelsAPaperOrderOnPaper() throws Exception {
        paperIds.add(ID);
        client.cancel("XRPETH", ID);
        verify(paper).cancel("XRPETH", ID);
        verify(exchange, never()).cancel(any(), any());
    }
}
