package io.cryptobot.trading.xchange;

import static io.cryptobot.trading.xchange.FailureAssertions.assertFails;
import static io.cryptobot.trading.xchange.FakeXChange.XRP_ETH;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderBook;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.PublicTrade;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.marketdata.Ticker;
import org.knowm.xchange.dto.marketdata.Trade;
import org.knowm.xchange.dto.marketdata.Trades;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.knowm.xchange.service.marketdata.MarketDataService;

class XChangeMarketDataTest {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final Date NOON = new Date(1_700_000_000_000L);

    private final FakeXChange exchange = new FakeXChange();
    private final XChangeClient client = XChangeClient.of(exchange);

    @Test
    void tellsTheMarketByTheDeprecatedQuestionsToo() throws OrderException {
        exchange.marketData = new FakeXChange.OldMarketData(
                new Ticker.Builder()
                        .instrument(XRP_ETH)
                        .last(TWO)
                        .timestamp(NOON)
                        .build(),
                new org.knowm.xchange.dto.marketdata.OrderBook(
                        NOON,
                        List.of(level("2.2", "1"), level("2.1", "1"), level("2.1", "3"), level("2.3", "0")),
                        List.of(level("1.8", "5"), level("1.9", "1"), level("1.7", "1"))),
                new Trades(
                        List.of(
                                trade("12", Order.OrderType.ASK, NOON),
                                trade("11", Order.OrderType.BID, NOON),
                                trade("13", null, NOON),
                                trade("14", Order.OrderType.BID, null)),
                        Trades.TradeSortType.SortByID));
        assertThat(client.ticker("XRPETH")).isEqualTo(new io.cryptobot.trading.Ticker("XRPETH", TWO, NOON.getTime()));
        OrderBook book = client.book("XRPETH", 2).orElseThrow();
        assertThat(book.bids())
                .extracting(OrderBook.Level::toString)
                .containsExactly("Level[price=1.9, quantity=1]", "Level[price=1.8, quantity=5]");
        assertThat(book.asks())
                .extracting(OrderBook.Level::toString)
                .containsExactly("Level[price=2.1, quantity=4]", "Level[price=2.2, quantity=1]");
        assertThat(client.recentTrades("XRPETH"))
                .containsExactly(
                        new PublicTrade(11, "XRPETH", TWO, BigDecimal.ONE, Side.BUY, NOON.getTime()),
                        new PublicTrade(12, "XRPETH", TWO, BigDecimal.ONE, Side.SELL, NOON.getTime()));
    }

    @Test
    void saysNothingOfAMarketOfWhichXChangeTellsNothing() throws OrderException {
        assertThat(client.book("XRPETH", 5)).isEmpty();
        assertThat(client.recentTrades("XRPETH")).isEmpty();
        assertFails(FailureReason.UNSUPPORTED, () -> client.ticker("XRPETH"));
        exchange.marketData = new FakeXChange.OldMarketData(
                new Ticker.Builder().instrument(XRP_ETH).build(),
                new org.knowm.xchange.dto.marketdata.OrderBook(
                        null, List.of(level("1.8", "1")), List.of(level("1.9", "1"))),
                new Trades(List.of(trade("a1b2", Order.OrderType.ASK, NOON))));
        assertFails(FailureReason.UNKNOWN, () -> client.ticker("XRPETH"))
                .hasMessage("fake_x: ticker: IOException: the ticker of XRPETH has no last price");
        assertThat(client.recentTrades("XRPETH")).as("not numbered").isEmpty();
        assertFails(FailureReason.UNKNOWN, () -> client.book("XRPETH", 5)).hasMessageContaining("crossed");
    }

    @Test
    void aTickerWithoutATimeHasNone() throws OrderException {
        exchange.marketData = new MarketDataService() {
            @Override
            public Ticker getTicker(org.knowm.xchange.instrument.Instrument market, Object... unused) {
                return new Ticker.Builder().instrument(market).last(TWO).build();
            }
        };
        assertThat(client.ticker("XRPETH").timeMs()).isZero();
    }

    private static LimitOrder level(String price, String quantity) {
        return new LimitOrder.Builder(Order.OrderType.BID, XRP_ETH)
                .limitPrice(new BigDecimal(price))
                .originalAmount(new BigDecimal(quantity))
                .build();
    }

    private static Trade trade(String id, Order.OrderType type, Date time) {
        return Trade.builder()
                .id(id)
                .type(type)
                .price(TWO)
                .originalAmount(BigDecimal.ONE)
                .timestamp(time)
                .build();
    }
}
