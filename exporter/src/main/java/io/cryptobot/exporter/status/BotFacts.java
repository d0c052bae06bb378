package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.cryptobot.exporter.bots.RunState;
import io.cryptobot.telemetry.OrderMode;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a bot at one moment and of the minutes before. The names of the components, and of the components of
 * the records in it, are keys of {@code /status.json}, all on one level. Immutable.
 *
 * @param bot its instance name
 * @param state whether it runs
 * @param mode the trading mode that it observed last
 * @param recent its orders of the last minutes
 * @param open its live orders whose end is not known yet
 * @param beats when it gave its last signs of life
 * @param starts its starts and its build
 * @param counting whether its counts are complete
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
     * @param windowSeconds length of the time that {@code orders} cover; null when nothing is known of them
     * @param window the same in words
     * @param orders by mode
     * @param history the chart of the shown orders; null when there was none for a quarter of an hour
     */
    record RecentOrders(
            @Nullable Double windowSeconds,
            String window,
            Orders orders,
            @Nullable OrderChart history) {}

    /** Null where the file has no possible number, or where there are too many bots to watch. */
    record Orders(@Nullable OrderFigures live, @Nullable OrderFigures paper) {
        /** {@return the mode for the single line and the charts: paper only where there are no other orders} */
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
     * Live orders whose end is not known yet. The numbers are null where the file does not tell, the times are null while
     * the condition does not hold. The times are those that the watch has seen.
     *
     * @param unknownOrders orders that the exchange may or may not have
     * @param unknownOrdersSeconds for how long there have been any without a break
     * @param ordersInFlight orders that are being sent
     * @param ordersStuckSeconds for how long there have been any in flight while none has begun
     */
    record OpenOrders(
            @Nullable Long unknownOrders,
            @Nullable Double unknownOrdersSeconds,
            @Nullable Long ordersInFlight,
            @Nullable Double ordersStuckSeconds) {}

    /**
     * The last signs of life. What concerns the trading loop is null when the bot does not report it.
     *
     * @param heartbeatAgeSeconds time since the last beat by the wall clock
     * @param tradingLoopAgeSeconds time since the last turn of the trading loop by the wall clock
     * @param tradingLoopLagSeconds how far that turn is behind the last beat, both by the bot's own clock
     */
    record Beats(
            double heartbeatAgeSeconds,
            @Nullable Double tradingLoopAgeSeconds,
            @Nullable Double tradingLoopLagSeconds) {}

    /**
     * The starts of the bot.
     *
     * @param startedAt when it opened its file, as an ISO instant
     * @param restarts how often the file was resumed
     * @param uncleanRestarts how often that followed a crash
     * @param build the build that runs, or ran last
     */
    record Starts(String startedAt, long restarts, long uncleanRestarts, Build build) {}

    /** Texts of the metric {@code cryptobot_build_info}; {@code unknown} without it. */
    record Build(String version, String revision, String jdk) {}

    /**
     * Whether the counts are complete.
     *
     * @param missingSeries how many series are missing from the file, or damaged in it
     * @param telemetryDegraded whether the bot counts in memory only
     */
    record Counting(long missingSeries, boolean telemetryDegraded) {}

    /** {@return the mode of the shown orders} */
    OrderMode shownMode() {
        return recent.orders().shown(mode);
    }

    /** {@return the mode whose orders {@code history} is about} */
    @JsonProperty
    String shownOrders() {
        return shownMode().label();
    }
}
