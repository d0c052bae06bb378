package io.cryptobot.exporter.status;

/**
 * The thresholds of the shipped alert rules that the page uses too. Immutable.
 *
 * @param windowSeconds the time that both order alerts look back
 * @param failedOrders how many orders may fail in that time
 * @param p95Ms how long 95 % of the orders may take at most, in ms
 * @param tradingLoopSeconds how long the trading loop of a bot that runs may stand still
 * @param ordersStuckSeconds for how long live orders may be in flight while none begins
 * @param unknownOrdersSeconds for how long live orders may be of unknown outcome
 */
record Limits(
        long windowSeconds,
        long failedOrders,
        long p95Ms,
        long tradingLoopSeconds,
        long ordersStuckSeconds,
        long unknownOrdersSeconds) {
    static final long FAILED_ORDERS = 3;
    static final long P95_MS = 750;
    static final long TRADING_LOOP_SECONDS = 60;
    static final long ORDERS_STUCK_SECONDS = 120;
    static final long UNKNOWN_ORDERS_SECONDS = 300;

    static Limits ofTheAlerts() {
        return new Limits(
                BotWatch.WINDOW.toSeconds(),
                FAILED_ORDERS,
                P95_MS,
                TRADING_LOOP_SECONDS,
                ORDERS_STUCK_SECONDS,
                UNKNOWN_ORDERS_SECONDS);
    }
}
