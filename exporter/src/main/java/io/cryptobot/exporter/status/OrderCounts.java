package io.cryptobot.exporter.status;

/**
 * The orders of one bot in one mode: all that its file has counted, or what that grew by. Immutable.
 *
 * @param submitted orders that were handed to the exchange client
 * @param failed of these, the ones that failed
 * @param latencies how long they took
 */
record OrderCounts(long submitted, long failed, Latencies latencies) {
    static final OrderCounts NONE = new OrderCounts(0, 0, Latencies.NONE);

    /** {@return the growth since then; a count that is lower than before started again at 0} */
    OrderCounts since(OrderCounts earlier) {
        return new OrderCounts(
                growth(submitted, earlier.submitted),
                growth(failed, earlier.failed),
                latencies.since(earlier.latencies));
    }

    /** {@return both together; this very object when nothing was added, so that the history of an idle bot is small} */
    OrderCounts plus(OrderCounts recent) {
        return recent.submitted == 0 && recent.failed == 0 && recent.latencies.count() == 0
                ? this
                : new OrderCounts(
                        submitted + recent.submitted, failed + recent.failed, latencies.plus(recent.latencies));
    }

    private static long growth(long now, long before) {
        return now < before ? now : now - before;
    }
}
