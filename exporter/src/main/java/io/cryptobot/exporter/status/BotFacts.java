package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.cryptobot.exporter.bots.RunState;
import io.cryptobot.telemetry.OrderMode;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a bot at one moment and in the last minutes. The names of the components, also of nested records, are
 * keys of {@code /status.json}, all on one level. Immutable.
 *
 * @param bot its instance name
 * @param state running, stopped or crashed
 * @param mode the trading mode that the bot observed last
 * @param recent the orders of the last minutes
 * @param open live orders in flight or with an unknown outcome
 * @param beats the last heartbeats
 * @param starts the starts and the build
 * @param counting the completeness of the counts
 */
record BotFacts(
        String bot,
        RunState state,
        ObservedMode mode,
        @JsonUnwrapped RecentOrders recent,
        @JsonUnwrapped OpenOrders open,
        @JsonUnwrapped Beats beats,
        @JsonUnwrapped Starts starts,
        @JsonUnwrapped Counting counting) {
    /**
     * The orders of the last minutes.
     *
     * @param windowSeconds length of the time window of {@code orders}; null if there are no figures
     * @param window the time window as text
     * @param orders by mode
     * @param history the chart of the shown orders; null if there were no orders for 15 minutes
     */
    record RecentOrders(
            @Nullable Double windowSeconds,
            String window,
            Orders orders,
            @Nullable OrderChart history) {}

    /** Figures by mode; null if the file has no valid numbers or if there are too many bots to watch. */
    record Orders(@Nullable OrderFigures live, @Nullable OrderFigures paper) {
        /** {@return the mode of the brief line and the charts: paper only if there are no live orders} */
        OrderMode shown(ObservedMode mode) {
            if (paper == null || mode == ObservedMode.LIVE || (live != null && !live.isIdle())) {
                return OrderMode.LIVE;
            }
            return mode == ObservedMode.PAPER || !paper.isIdle() ? OrderMode.PAPER : OrderMode.LIVE;
        }

        @Nullable
        OrderFigures of(OrderMode mode) {
            return mode == OrderMode.LIVE ? live : paper;
        }
    }

    /**
     * Live orders in flight or with an unknown outcome. A number is null if the file does not contain it; a time is
     * null if its condition is false. The times are measured by the watch.
     *
     * @param unknownOrders the number of orders with an unknown outcome
     * @param unknownOrdersSeconds the time for which there have been unknown orders without a break
     * @param ordersInFlight the number of orders in flight
     * @param ordersStuckSeconds the time for which orders have been in flight and no new order has started
     */
    record OpenOrders(
            @Nullable Long unknownOrders,
            @Nullable Double unknownOrdersSeconds,
            @Nullable Long ordersInFlight,
            @Nullable Double ordersStuckSeconds) {}

    /**
     * The last heartbeats. The values of the trading loop are null if the bot does not report them.
     *
     * @param heartbeatAgeSeconds time since the last heartbeat by the wall clock
     * @param tradingLoopAgeSeconds time since the last iteration of the trading loop by the wall clock
     * @param tradingLoopLagSeconds time from the last iteration to the last heartbeat, both by the bot's own clock
     */
    record Beats(
            double heartbeatAgeSeconds,
            @Nullable Double tradingLoopAgeSeconds,
            @Nullable Double tradingLoopLagSeconds) {}

    /**
     * The starts of the bot.
     *
     * @param startedAt the time when it opened its file, as an ISO instant
     * @param restarts the number of restarts
     * @param uncleanRestarts the number of restarts after a crash
     * @param build the running or last build
     */
    record Starts(String startedAt, long restarts, long uncleanRestarts, Build build) {}

    /** The label values of the metric {@code cryptobot_build_info}; {@code unknown} if it is missing. */
    record Build(String version, String revision, String jdk) {}

    /**
     * The completeness of the counts.
     *
     * @param missingSeries the number of series that are missing or damaged in the file
     * @param telemetryDegraded true if the bot counts only in memory
     */
    record Counting(long missingSeries, boolean telemetryDegraded) {}

    /** {@return the mode of the shown orders} */
    OrderMode shownMode() {
        return recent.orders().shown(mode);
    }

    /** {@return the mode of the orders in {@code history}} */
    @JsonProperty
    String shownOrders() {
        return shownMode().label();
    }
}
