package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.FeeCurrency;
import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderBook.Level;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderType;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A market XRPETH with tick 0.01, lot 1, 0.1 % maker and 0.2 % taker fee in ETH, and an engine that starts at 0 ms. */
final class Market implements PaperEvents {
    static final String SYMBOL = "XRPETH";
    static final Instrument INSTRUMENT = new Instrument(
            SYMBOL,
            "XRP",
            "ETH",
            new BigDecimal("0.01"),
            BigDecimal.ONE,
            BigDecimal.TEN,
            new Instrument.Fees(new BigDecimal("0.001"), new BigDecimal("0.002"), FeeCurrency.QUOTE));

    final List<Fill> fills = new ArrayList<>();
    final PaperEngine engine;
    private long nowMs;
    private int ids;

    Market(PaperSettings.Builder settings) {
        engine = new PaperEngine(settings.build(), this);
    }

    /** A market that sends its events to another receiver. */
    Market(PaperSettings.Builder settings, PaperEvents events) {
        engine = new PaperEngine(settings.build(), events);
    }

    /** 1,000 XRP and 100,000 ETH, orders that arrive at once. */
    static PaperSettings.Builder settings() {
        return PaperSettings.builder()
                .instrument(INSTRUMENT)
                .balance("XRP", new BigDecimal(1_000))
                .balance("ETH", new BigDecimal(100_000))
                .latency(LatencyModel.fixed(Duration.ZERO));
    }

    @Override
    public void filled(PaperOrder order, Fill fill, Instrument instrument) {
        fills.add(fill);
    }

    /** Sets the time of later calls. */
    Market atMs(long ms) {
        nowMs = ms;
        return this;
    }

    /** Performs all actions that are due until this time. */
    Market untilMs(long ms) {
        engine.advanceTo(atMs(ms).nanos());
        return this;
    }

    long nanos() {
        return nowMs * 1_000_000;
    }

    /** Shows a book such as {@code "100x5 99x7 | 101x5"}, bids and asks, each best first. */
    Market book(String text) {
        engine.onBook(nanos(), orderBook(text));
        return this;
    }

    static OrderBook orderBook(String text) {
        String[] sides = text.split("\\|", -1);
        return new OrderBook(SYMBOL, levels(sides[0]), levels(sides[1]));
    }

    private static List<Level> levels(String text) {
        List<Level> levels = new ArrayList<>();
        for (String level : text.strip().split(" +")) {
            if (!level.isEmpty()) {
                String[] parts = level.split("x");
                levels.add(new Level(new BigDecimal(parts[0]), new BigDecimal(parts[1])));
            }
        }
        return levels;
    }

    Market trade(Side aggressor, String price, String quantity) {
        engine.onTrade(
                nanos(),
                new PublicTrade(nowMs, SYMBOL, new BigDecimal(price), new BigDecimal(quantity), aggressor, nowMs));
        return this;
    }

    PaperOrder market(Side side, String quantity) {
        return submit(OrderRequest.market(id(), SYMBOL, side, new BigDecimal(quantity)));
    }

    PaperOrder limit(Side side, String quantity, String price) {
        return limit(side, quantity, price, TimeInForce.GTC);
    }

    PaperOrder limit(Side side, String quantity, String price, TimeInForce timeInForce) {
        return submit(OrderRequest.limit(id(), SYMBOL, side, new BigDecimal(quantity), new BigDecimal(price))
                .with(timeInForce));
    }

    PaperOrder stop(Side side, String quantity, String price) {
        return submit(OrderRequest.stop(id(), SYMBOL, side, new BigDecimal(quantity), new BigDecimal(price)));
    }

    PaperOrder stopLimit(Side side, String quantity, String stop, String limit) {
        return submit(new OrderRequest(
                id(),
                SYMBOL,
                side,
                OrderType.STOP_LIMIT,
                new BigDecimal(quantity),
                new BigDecimal(limit),
                new BigDecimal(stop),
                TimeInForce.GTC));
    }

    PaperOrder submit(OrderRequest request) {
        return engine.submit(nanos(), request);
    }

    void cancel(PaperOrder order) {
        engine.cancel(nanos(), order.request().clientOrderId());
    }

    ClientOrderId id() {
        return new ClientOrderId("t" + ++ids);
    }

    BigDecimal total(String currency) {
        return engine.balances().get(currency);
    }

    BigDecimal available(String currency) {
        return engine.availableBalances().get(currency);
    }
}
