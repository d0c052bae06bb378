package io.cryptobot.trading.xchange;

import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.marketdata.Trade;
import org.knowm.xchange.dto.marketdata.Trades;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.instrument.Instrument;
import org.knowm.xchange.service.marketdata.MarketDataService;

/** Reads public prices, books and trades. Thread-safe if the service is. */
final class MarketData {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final MarketDataService service;

    MarketData(MarketDataService service) {
        this.service = service;
    }

    @FunctionalInterface
    private interface Question<M, T> {
        T ask(M market) throws IOException;
    }

    /** Tries the newer call first, then the deprecated one: many modules of XChange implement only one of them. */
    private static <T> T ask(Instrument market, Question<Instrument, T> question, Question<CurrencyPair, T> older)
            throws IOException {
        try {
            return question.ask(market);
        } catch (UnsupportedOperationException e) {
            if (market instanceof CurrencyPair pair) {
                return older.ask(pair);
            }
            throw e;
        }
    }

    @SuppressWarnings("deprecation")
    Ticker ticker(String symbol, Instrument market) throws IOException {
        var ticker = ask(market, each -> service.getTicker(each), pair -> service.getTicker(pair));
        if (ticker == null || ticker.getLast() == null) {
            throw new IOException("the ticker of " + symbol + " has no last price");
        }
        return new Ticker(
                symbol,
                ticker.getLast(),
                ticker.getTimestamp() == null
                        ? 0
                        : ticker.getTimestamp().toInstant().toEpochMilli());
    }

    /** {@return the book; empty if XChange does not support books for this exchange} */
    @SuppressWarnings("deprecation")
    Optional<OrderBook> book(String symbol, Instrument market, int depth) throws IOException {
        try {
            var book = ask(market, each -> service.getOrderBook(each), pair -> service.getOrderBook(pair));
            return Optional.of(new OrderBook(
                    symbol, levels(Side.SELL, book.getBids(), depth), levels(Side.BUY, book.getAsks(), depth)));
        } catch (UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** Makes one level per price, best price first. */
    private static List<OrderBook.Level> levels(Side taker, List<LimitOrder> orders, int depth) {
        Map<BigDecimal, BigDecimal> quantities = new TreeMap<>(taker::compare);
        for (LimitOrder order : orders) {
            BigDecimal quantity = order.getRemainingAmount();
            if (order.getLimitPrice() != null && quantity != null && quantity.signum() > 0) {
                quantities.merge(order.getLimitPrice(), quantity, BigDecimal::add);
            }
        }
        return quantities.entrySet().stream()
                .limit(depth)
                .map(entry -> new OrderBook.Level(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** {@return the trades; empty if XChange does not support them for this exchange, or if they have no numbers} */
    @SuppressWarnings("deprecation")
    List<PublicTrade> trades(String symbol, Instrument market) throws IOException {
        try {
            Trades trades = ask(market, each -> service.getTrades(each), pair -> service.getTrades(pair));
            List<PublicTrade> numbered = new ArrayList<>();
            for (Trade trade : trades.getTrades()) {
                if (trade.getId() == null || !NUMBER.matcher(trade.getId()).matches()) {
                    return List.of();
                }
                if (isComplete(trade)) {
                    numbered.add(new PublicTrade(
                            Long.parseLong(trade.getId()),
                            symbol,
                            trade.getPrice(),
                            trade.getOriginalAmount(),
                            isBuy(trade.getType()) ? Side.BUY : Side.SELL,
                            trade.getTimestamp().toInstant().toEpochMilli()));
                }
            }
            numbered.sort(Comparator.comparingLong(PublicTrade::id));
            return numbered;
        } catch (UnsupportedOperationException e) {
            return List.of();
        }
    }

    private static boolean isComplete(Trade trade) {
        return trade.getPrice() != null
                && trade.getOriginalAmount() != null
                && trade.getType() != null
                && trade.getTimestamp() != null;
    }

    private static boolean isBuy(Order.OrderType type) {
        return type == Order.OrderType.BID || type == Order.OrderType.EXIT_ASK;
    }
}
