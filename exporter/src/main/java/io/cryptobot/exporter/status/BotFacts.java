package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cryptobot.telemetry.OrderMode;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a bot at one moment and of the minutes before. The names of the components are keys of
 * {@code /status.json}. Immutable.
 *
 * @param bot its instance name
 * @param state whether it runs
 * @param mode the trading mode that it observed last
 * @param windowSeconds how far back {@code orders} look; null when nothing is known of its orders
 * @param window the same in words
 * @param orders by mode, live first
 * @param unknownOrders live orders of which nobody knows whether the exchange has them; null where the file does not tell
 * @param unknownOrdersSeconds for how long there have been any without a pause, as far as was seen; null while there are none
 * @param ordersInFlight live orders that are being sent; null where the file does not tell
 * @param ordersStuckSeconds for how long there have been any while none has begun, as far as was seen; null while it is not so
 * @param history of the shown orders; null when there was none for a quarter of an hour
 * @param heartbeatAgeSeconds time since its last beat by the wall clock
 * @param tradingLoopAgeSeconds time since the last turn of its trading loop; null when it reports none
 * @param tradingLoopLagSeconds by how much that is behind its last beat, both by its own clock; null when it reports none
 * @param startedAt when it opened its file, as an ISO instant
 * @param restarts how often the file was resumed
 * @param uncleanRestarts how often that followed a crash
 * @param build the build that it runs, or ran
 * @param telemetryDegraded whether it counts in memory only
 * @param missingSeries how many series are missing from its file, or damaged in it
 */
record BotFacts(
        String bot,
        Life state,
        ShownMode mode,
        @Nullable Double windowSeconds,
        String window,
        Orders orders,
        @Nullable Long unknownOrders,
        @Nullable Double unknownOrdersSeconds,
        @Nullable Long ordersInFlight,
        @Nullable Double ordersStuckSeconds,
        @Nullable Steps history,
        double heartbeatAgeSeconds,
        @Nullable Double tradingLoopAgeSeconds,
        @Nullable Double tradingLoopLagSeconds,
        String startedAt,
        long restarts,
        long uncleanRestarts,
        Build build,
        boolean telemetryDegraded,
        long missingSeries) {
    /** Null where the file says nothing that can be true, or where there are too many bots to watch. */
    record Orders(@Nullable OrderFigures live, @Nullable OrderFigures paper) {
        /** {@return what a single line and the charts show: paper orders only where there is nothing but them} */
        OrderMode shown(ShownMode mode) {
            if (paper == null || mode == ShownMode.LIVE || (live != null && !live.isIdle())) {
                return OrderMode.LIVE;
            }
            return mode == ShownMode.PAPER || !paper.isIdle() ? OrderMode.PAPER : OrderMode.LIVE;
        }

        @Nullable
        OrderFigures of(OrderMode mode) {
            return mode == OrderMode.LIVE ? live : paper;
        }
    }

    /** Texts of the metric {@code cryptobot_build_info}; {@code unknown} without it. */
    record Build(String version, String revision, String jdk) {}

    /** {@return the mode whose orders {@code history} is about} */
    @JsonProperty
    String shownOrders() {
        return orders.shown(mode).label();
    }
}
