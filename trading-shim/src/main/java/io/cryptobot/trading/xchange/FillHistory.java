package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchange.dto.trade.UserTrade;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.trade.TradeService;
import org.knowm.xchange.service.trade.params.TradeHistoryParams;
import org.knowm.xchange.service.trade.params.TradeHistoryParamsTimeSpan;

/**
 * Reads all trades of the account in a market since a time, or fails. Exchanges truncate long answers at either end
 * without notice. So it requests each day separately, then the time before and after each answer, until no new trade
 * appears. Confined to one call.
 */
final class FillHistory {
    /** The longest time range that Binance accepts. */
    private static final Duration WINDOW = Duration.ofHours(24).minusMillis(1);

    private final TradeService service;
    private final Instrument market;
    private final Clock clock;
    private final Map<String, UserTrade> trades = new HashMap<>();

    FillHistory(TradeService service, Instrument market, Clock clock) {
        this.service = service;
        this.market = market;
        this.clock = clock;
    }

    /**
     * {@return the trades}
     *
     * @throws OrderException if XChange cannot request a time range from this exchange, or if a trade has no id, time,
     *     quantity or price
     */
    Collection<UserTrade> since(Instant since) throws IOException, OrderException {
        Instant from = since;
        while (from.plus(WINDOW).isBefore(clock.instant())) {
            collect(from, from.plus(WINDOW));
            from = from.plus(WINDOW);
        }
        collect(from, null);
        trades.values().removeIf(trade -> trade.getTimestamp().toInstant().isBefore(since));
        return trades.values();
    }

    private void collect(Instant from, @Nullable Instant to) throws IOException, OrderException {
        Page found = ask(from, to);
        for (Page later = found; later.hasNewTrades; ) {
            later = ask(later.latest, to);
        }
        for (Page earlier = found; earlier.hasNewTrades; ) {
            earlier = ask(from, earlier.earliest);
        }
    }

    /** One answer: a flag for new trades, and the times of its first and last trade. */
    private record Page(boolean hasNewTrades, Instant earliest, Instant latest) {}

    private Page ask(Instant from, @Nullable Instant to) throws IOException, OrderException {
        int before = trades.size();
        Instant earliest = Instant.MAX;
        Instant latest = Instant.MIN;
        for (UserTrade trade : service.getTradeHistory(params(from, to)).getUserTrades()) {
            if (trade.getInstrument() != null && !trade.getInstrument().equals(market)) {
                continue;
            }
            if (trade.getId() == null
                    || trade.getTimestamp() == null
                    || trade.getOriginalAmount() == null
                    || trade.getPrice() == null) {
                throw new OrderException(
                        FailureReason.UNSUPPORTED,
                        "a fill in " + market + " has no id, time, quantity or price: " + trade);
            }
            trades.put(trade.getId(), trade);
            Instant time = trade.getTimestamp().toInstant();
            earliest = time.isBefore(earliest) ? time : earliest;
            latest = time.isAfter(latest) ? time : latest;
        }
        return new Page(trades.size() > before, earliest, latest);
    }

    private TradeHistoryParams params(Instant from, @Nullable Instant to) throws OrderException {
        TradeHistoryParams params = service.createTradeHistoryParams();
        if (!(params instanceof TradeHistoryParamsTimeSpan span)) {
            throw new OrderException(
                    FailureReason.UNSUPPORTED, "XChange cannot ask this exchange for the fills of a span of time");
        }
        span.setStartTime(Date.from(from));
        if (to != null) {
            span.setEndTime(Date.from(to));
        }
        MarketParams.setMarket(params, market);
        return params;
    }
}
