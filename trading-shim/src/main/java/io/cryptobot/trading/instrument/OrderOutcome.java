package io.cryptobot.trading.instrument;

import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.mode.TradingMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one order: a line of the order log. Immutable.
 *
 * @param time when the outcome was known
 * @param mode live or paper where the order went, halt for one that was blocked
 * @param exchange the exchange's name
 * @param request the order
 * @param outcome accepted, filled, failed or blocked
 * @param reason why it failed; null otherwise
 * @param detail the exchange's words about a failure; null otherwise
 * @param latencyNanos duration of the call in ns
 */
public record OrderOutcome(
        Instant time,
        TradingMode mode,
        String exchange,
        OrderRequest request,
        String outcome,
        @Nullable String reason,
        @Nullable String detail,
        long latencyNanos) {}
