package io.cryptobot.trading.paper;

import io.cryptobot.trading.OrderRequest;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * The state of the paper exchange that the next run restores. Immutable.
 *
 * @param run the number of the last run; 0 if there was none
 * @param balances total amounts by currency
 * @param openOrders oldest first
 */
record PaperState(long run, Map<String, BigDecimal> balances, List<SavedOrder> openOrders) {
    static final PaperState NONE = new PaperState(0, Map.of(), List.of());

    PaperState {
        balances = Map.copyOf(balances);
        openOrders = List.copyOf(openOrders);
    }

    /**
     * An order that had not ended.
     *
     * @param exchangeOrderId the id, which stays the same
     * @param filled amount of the base currency that is filled
     * @param value sum of price times quantity of the fills
     * @param triggered true for a triggered stop order
     */
    record SavedOrder(
            OrderRequest request, String exchangeOrderId, BigDecimal filled, BigDecimal value, boolean triggered) {}
}
