package io.cryptobot.exporter.status;

/**
 * Where the plan's two order alerts begin, as the shipped rules have it. Immutable.
 *
 * @param windowSeconds the time that both look back
 * @param failedOrders how many orders may fail in that time
 * @param p95Ms how long 95 % of the orders may take at most, in ms
 */
record Limits(long windowSeconds, long failedOrders, long p95Ms) {
    static final long FAILED_ORDERS = 3;
    static final long P95_MS = 750;

    static Limits ofTheAlerts() {
        return new Limits(BotWatch.WINDOW.toSeconds(), FAILED_ORDERS, P95_MS);
    }
}
