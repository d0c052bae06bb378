package io.cryptobot.exporter.status;

/**
 * The orders of one bot in one mode: the total counts of its file, or their increase. Immutable.
 *
 * @param submitted the number of submitted orders
 * @param failed the number of submitted orders that failed
 * @param latencies their latencies
 */
record OrderCounts(long submitted, long failed, Latencies latencies) {
    static final OrderCounts NONE = new OrderCounts(0, 0, Latencies.NONE);

    /** {@return the increase since the earlier counts} A lower count means that it started again at 0. */
    OrderCounts since(OrderCounts earlier) {
        return new OrderCounts(
                growth(submitted, earlier.submitted),
                growth(failed, earlier.failed),
                latencies.since(earlier.latencies));
    }

    /**
     * {@return the sum of both} It returns this object if {@code recent} is empty, so that the history of an idle bot
     * is small.
     */
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
