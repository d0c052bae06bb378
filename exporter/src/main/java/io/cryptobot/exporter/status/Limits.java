package io.cryptobot.exporter.status;

/**
 * The thresholds of the shipped alert rules that the page uses too. Immutable.
 *
 * @param windowSeconds the time window of both order alerts
 * @param failedOrders the maximum number of failed orders in this time
 * @param p95Ms the maximum p95 latency in ms
 * @param tradingLoopSeconds the maximum time without an iteration of the trading loop
 * @param ordersStuckSeconds the maximum time with live orders in flight and no new order
 * @param unknownOrdersSeconds the maximum time with live orders of unknown outcome
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
