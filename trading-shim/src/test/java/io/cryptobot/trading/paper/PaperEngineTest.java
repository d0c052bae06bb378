package io.cryptobot.trading.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.FeeCurrency;
import io.cryptobot.trading.Instrument;
import io.cryptobot.trading.Liquidity;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import io.cryptobot.trading.paper.PaperState.SavedOrder;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaperEngineTest {
    private final Market market = new Market(Market.settings());

    private static void assertRejected(PaperOrder order, FailureReason reason, String message) {
        assertThat(order.status()).isEqualTo(PaperOrderStatus.REJECTED);
        assertThat(order.reason()).isEqualTo(reason);
        assertThat(order.message()).isEqualTo(message);
    }

    private static void assertCancelled(PaperOrder order, String filled, String message) {
        assertThat(order.status()).isEqualTo(PaperOrderStatus.CANCELLED);
        assertThat(order.filledQuantity()).isEqualByComparingTo(filled);
        assertThat(order.message()).isEqualTo(message);
    }

    private List<String> fills() {
        return market.fills.stream()
                .map(fill -> fill.quantity().toPlainString() + " at "
                        + fill.price().toPlainString() + " " + fill.liquidity())
                .toList();
    }

    @Test
    void aMarketOrderWalksTheBookAndPaysTheTakerFee() {
        PaperOrder order = market.book("100x5 99x7 | 101x5 102x5 103x9").market(Side.BUY, "12");
        assertThat(order.status()).isEqualTo(PaperOrderStatus.FILLED);
        assertThat(fills()).containsExactly("5 at 101 TAKER", "5 at 102 TAKER", "2 at 103 TAKER");
        assertThat(order.averagePrice()).isEqualByComparingTo("101.75");
        assertThat(market.total("XRP")).isEqualByComparingTo("1012");
        assertThat(market.total("ETH")).isEqualByComparingTo("98776.558"); // 100,000 - 1,221 - 0.2 % of that
    }

    @Test
    void inventsNoLiquidityBeyondTheSnapshot() {
        assertCancelled(
                market.book("| 101x5 102x5").market(Side.BUY, "12"), "10", "no more within the book and the limit");
        assertCancelled(market.market(Side.SELL, "1"), "0", "there is nothing to take");
    }

    @Test
    void takesNothingTwiceFromABookThatDoesNotKnowOfIt() {
        market.book("| 101x5 102x5").market(Side.BUY, "3");
        assertThat(market.book("| 101x5 102x5").market(Side.BUY, "4").filledQuantity())
                .isEqualByComparingTo("4");
        assertThat(fills()).containsExactly("3 at 101 TAKER", "2 at 101 TAKER", "2 at 102 TAKER");
    }

    @Test
    void whatThePriceShowsMoreIsNewAndWhatItShowsLessMayBeWhatWasTaken() {
        market.book("| 101x5").market(Side.BUY, "5");
        assertCancelled(market.book("| 101x3").market(Side.BUY, "1"), "0", "there is nothing to take");
        // 3 consumed of 3; a rise by 4 is new
        assertThat(market.book("| 101.00x7").market(Side.BUY, "9").filledQuantity())
                .isEqualByComparingTo("4");
        // it disappeared and came back: all of it is new
        assertThat(market.book("| 102x1").book("| 101x2").market(Side.BUY, "9").filledQuantity())
                .isEqualByComparingTo("2");
    }

    @Test
    void aTakenPriceThatSlidesOutOfSightIsStillTakenWhenItComesBack() {
        market.book("| 101x1 102x5").market(Side.BUY, "6");
        PaperOrder order = market.book("| 100x1 101x1").book("| 101x1 102x5").market(Side.BUY, "9");
        assertCancelled(order, "0", "there is nothing to take");
    }

    @Test
    void aLimitGetsThePriceImprovementAndTheRestRestsAsMaker() {
        PaperOrder order = market.book("100x5 | 101x5 102x5").limit(Side.BUY, "8", "101.5");
        assertThat(order.status()).isEqualTo(PaperOrderStatus.PARTIALLY_FILLED);
        market.trade(Side.SELL, "101.5", "3");
        assertThat(order.status()).isEqualTo(PaperOrderStatus.FILLED);
        assertThat(fills()).containsExactly("5 at 101 TAKER", "3 at 101.5 MAKER");
        // 505 x 1.002 + 304.5 x 1.001
        assertThat(market.total("ETH")).isEqualByComparingTo("99189.1855");
        assertThat(market.available("ETH")).isEqualByComparingTo("99189.1855");
    }

    @Test
    void timesInForceThatDoNotRest() {
        market.book("100x5 | 101x5 102x5");
        assertCancelled(
                market.limit(Side.BUY, "8", "101", TimeInForce.IOC), "5", "no more within the book and the limit");
        assertCancelled(market.limit(Side.BUY, "8", "102", TimeInForce.FOK), "0", "fill or kill: not enough liquidity");
        assertThat(market.limit(Side.BUY, "5", "102", TimeInForce.FOK).status()).isEqualTo(PaperOrderStatus.FILLED);
        assertCancelled(
                market.limit(Side.SELL, "1", "100", TimeInForce.POST_ONLY), "0", "post-only: it would have taken");
        assertThat(market.limit(Side.SELL, "1", "100.01", TimeInForce.POST_ONLY).status())
                .isEqualTo(PaperOrderStatus.ACCEPTED);
    }

    @Test
    void aRestingOrderWaitsForTheQueueAheadOfIt() {
        PaperOrder order = market.book("100x5 | 101x5").limit(Side.BUY, "4", "100");
        market.trade(Side.SELL, "100", "3");
        market.trade(Side.BUY, "100", "9"); // takes from the other side
        assertThat(order.filledQuantity()).isZero();
        market.trade(Side.SELL, "100", "4"); // 2 for the queue, 2 for us
        assertThat(order.filledQuantity()).isEqualByComparingTo("2");
        market.trade(Side.SELL, "99", "1"); // beyond our price
        assertThat(fills()).containsExactly("2 at 100 MAKER", "1 at 100 MAKER");
    }

    @Test
    void oneTradeFillsNoMoreThanItsQuantityOverAllOrders() {
        market.book("100x2 | 105x5");
        PaperOrder better = market.limit(Side.BUY, "3", "101");
        PaperOrder first = market.limit(Side.BUY, "3", "100");
        PaperOrder second = market.limit(Side.BUY, "3", "100");
        market.trade(Side.SELL, "100", "7"); // 3 through, 2 for the queue, 2 for the first
        assertThat(better.filledQuantity()).isEqualByComparingTo("3");
        assertThat(first.filledQuantity()).isEqualByComparingTo("2");
        assertThat(second.filledQuantity()).isZero();
        market.trade(Side.SELL, "100", "3");
        assertThat(first.filledQuantity()).isEqualByComparingTo("3");
        assertThat(second.filledQuantity()).isEqualByComparingTo("2");
    }

    @Test
    void anOrderBelowTheShownBookHasNoPlaceInTheQueueUntilItIsSeen() {
        PaperOrder order = market.book("100x5 99x5 | 101x5").limit(Side.BUY, "4", "98");
        market.trade(Side.SELL, "98", "50");
        assertThat(order.filledQuantity()).isZero();
        market.book("99x5 98x6 | 101x5").trade(Side.SELL, "98", "7");
        assertThat(order.filledQuantity()).isEqualByComparingTo("1");
    }

    @Test
    void withoutTradesARestingOrderFillsOnlyWhenTheBookGoesThroughIt() {
        PaperOrder order = market.book("99x5 | 102x5").limit(Side.BUY, "4", "100");
        market.book("99x5 | 100x50");
        assertThat(order.filledQuantity()).as("touched").isZero();
        market.book("98x5 | 99.5x3 101x9");
        assertThat(fills()).containsExactly("3 at 100 MAKER");
        market.book("98x5 | 99.5x3 101x9");
        assertThat(fills()).as("the same 3 are not there twice").hasSize(1);
    }

    @Test
    void aTouchFillsWithItsProbability() {
        Market touchy = new Market(Market.settings().touchProbability(1));
        PaperOrder order = touchy.book("99x5 | 102x5").limit(Side.BUY, "4", "100");
        touchy.book("99x5 | 100x3");
        assertThat(order.filledQuantity()).isEqualByComparingTo("3");
    }

    @Test
    void noFillFromAnOldBook() {
        market.book("100x5 | 101x5").atMs(2_000);
        assertThat(market.market(Side.BUY, "1").status()).as("just not old").isEqualTo(PaperOrderStatus.FILLED);
        market.atMs(2_001);
        PaperOrder order = market.market(Side.BUY, "1");
        assertThat(order.status()).isEqualTo(PaperOrderStatus.WAITING);
        market.untilMs(12_000);
        assertThat(order.status()).isEqualTo(PaperOrderStatus.WAITING);
        market.untilMs(12_001);
        assertRejected(order, FailureReason.NOT_SENT, "stale_market_data: the book is 12001 ms old");
        assertThat(market.engine.refusedAsStale()).isEqualTo(1);
    }

    @Test
    void anOrderThatWaitedIsFilledFromTheFirstFreshBook() {
        PaperOrder order = market.market(Side.BUY, "1");
        market.atMs(9_000).book("100x5 | 103x5");
        assertThat(order.averagePrice()).isEqualByComparingTo("103");
        market.untilMs(60_000);
        assertThat(order.status()).isEqualTo(PaperOrderStatus.FILLED);
    }

    @Test
    void anOrderThatWaitsForABookCanBeCancelled() {
        PaperOrder order = market.market(Side.BUY, "1");
        market.cancel(order);
        assertCancelled(order, "0", "cancelled by the bot");
        market.book("100x5 | 101x5");
        assertThat(market.fills).isEmpty();
    }

    @Test
    void anOrderActsOnTheBookThatIsThereWhenItArrives() {
        Market slow = new Market(Market.settings().latency(LatencyModel.fixed(Duration.ofMillis(50))));
        PaperOrder order = slow.book("100x5 | 101x5").market(Side.BUY, "1");
        assertThat(order.status()).isEqualTo(PaperOrderStatus.IN_FLIGHT);
        slow.atMs(50).book("100x5 | 107x5");
        assertThat(order.averagePrice()).isEqualByComparingTo("107");
    }

    @Test
    void aCancellationCanLoseTheRace() {
        Market slow = new Market(Market.settings().latency(LatencyModel.fixed(Duration.ofMillis(50))));
        slow.book("100x5 | 101x5");
        PaperOrder lost = slow.limit(Side.BUY, "1", "100.5");
        PaperOrder won = slow.limit(Side.BUY, "1", "99");
        slow.untilMs(60);
        slow.cancel(lost);
        slow.cancel(won);
        slow.atMs(109).trade(Side.SELL, "100.5", "1").untilMs(110);
        assertThat(lost.status()).isEqualTo(PaperOrderStatus.FILLED);
        assertCancelled(won, "0", "cancelled by the bot");
        assertThat(slow.available("ETH")).isEqualTo(slow.total("ETH"));
    }

    @Test
    void refusesWhatTheExchangeWouldRefuse() {
        market.book("100x5 | 101x5");
        assertRejected(
                market.limit(Side.BUY, "1", "100.005"),
                FailureReason.INVALID,
                "price 100.005 is not a multiple of the tick size 0.01");
        assertRejected(
                market.market(Side.BUY, "1.5"),
                FailureReason.INVALID,
                "quantity 1.5 is not a multiple of the lot size 1");
        assertRejected(
                market.limit(Side.BUY, "1", "9.99"), FailureReason.INVALID, "value 9.99 is below the minimum of 10");
        assertRejected(
                market.submit(OrderRequest.market(market.id(), "DOGEETH", Side.BUY, BigDecimal.ONE)),
                FailureReason.INVALID,
                "unknown symbol DOGEETH");
        assertThatThrownBy(() -> OrderRequest.market(market.id(), "X", Side.BUY, new BigDecimal("1E+999999999")))
                .hasMessage("quantity must have at most 18 digits on either side of the point, was 1E+999999999");
    }

    @Test
    void refusesASecondUseOfAClientOrderId() {
        market.book("100x5 | 101x5");
        PaperOrder first = market.market(Side.BUY, "1");
        assertRejected(market.submit(first.request()), FailureReason.REJECTED, "the client order id was used before");
        assertThat(market.fills).hasSize(1);
    }

    @Test
    void aMarketOrderBelowTheMinimumIsRefusedAtThePriceOfTheBook() {
        assertRejected(
                market.book("| 2x50").market(Side.BUY, "4"),
                FailureReason.INVALID,
                "value 8 is below the minimum of 10");
    }

    @Test
    void anOpenOrderHoldsItsMoneyWithTheTakerFee() {
        market.book("100x5 | 101x5");
        PaperOrder order = market.limit(Side.BUY, "900", "100");
        assertThat(market.available("ETH")).isEqualByComparingTo("9820"); // 90,000 x 1.002
        assertRejected(
                market.limit(Side.BUY, "99", "100"),
                FailureReason.INSUFFICIENT_FUNDS,
                "needs 9919.800 ETH, available are 9820.000");
        market.cancel(order);
        assertThat(market.available("ETH")).isEqualByComparingTo("100000");
        assertRejected(
                market.limit(Side.SELL, "1001", "200"),
                FailureReason.INSUFFICIENT_FUNDS,
                "needs 1001 XRP, available are 1000");
    }

    @Test
    void theFeeIsTakenFromWhatIsReceivedWhereThatIsTheRule() {
        Instrument received = new Instrument(
                Market.SYMBOL,
                "XRP",
                "ETH",
                new BigDecimal("0.01"),
                BigDecimal.ONE,
                BigDecimal.ZERO,
                new Instrument.Fees(new BigDecimal("-0.001"), new BigDecimal("0.002"), FeeCurrency.RECEIVED));
        Market other = new Market(Market.settings().instrument(received));
        other.book("100x5 | 101x5").market(Side.BUY, "5");
        assertThat(other.fills.get(0).fee()).isEqualByComparingTo("0.01");
        assertThat(other.fills.get(0).feeCurrency()).isEqualTo("XRP");
        assertThat(other.total("XRP")).isEqualByComparingTo("1004.99");
        other.limit(Side.SELL, "5", "110");
        other.trade(Side.BUY, "111", "5");
        assertThat(other.fills.get(1).liquidity()).isEqualTo(Liquidity.MAKER);
        assertThat(other.total("ETH")).isEqualByComparingTo("100045.55"); // -505 + 550 + a rebate of 0.55
    }

    @Test
    void aStopFillsInAGapWhereTheBookIsNotAtItsPrice() {
        PaperOrder stop = market.book("100x5 | 101x5").stop(Side.SELL, "5", "95");
        assertThat(stop.status()).isEqualTo(PaperOrderStatus.ACCEPTED);
        assertThat(market.available("XRP")).isEqualByComparingTo("995");
        market.trade(Side.SELL, "95.01", "1").book("90x9 | 91x5");
        assertThat(stop.filledQuantity()).isZero();
        market.trade(Side.SELL, "90", "1");
        assertThat(fills()).containsExactly("5 at 90 TAKER");
        assertThat(market.available("XRP")).isEqualByComparingTo("995");
    }

    @Test
    void aStopLimitRestsWhenTheMarketHasGoneThroughIt() {
        PaperOrder stop = market.book("100x5 | 101x5").stopLimit(Side.SELL, "5", "95", "94");
        market.book("90x9 | 91x5");
        assertThat(stop.status()).isEqualTo(PaperOrderStatus.ACCEPTED);
        market.trade(Side.BUY, "94.5", "5");
        assertThat(stop.status()).isEqualTo(PaperOrderStatus.FILLED);
    }

    @Test
    void withoutTradesTheOppositeBestTriggersAStop() {
        PaperOrder stop = market.book("100x5 | 101x5").stop(Side.BUY, "1", "105");
        market.book("100x5 | 104x5");
        assertThat(stop.status()).isEqualTo(PaperOrderStatus.ACCEPTED);
        market.book("100x5 | 106x5");
        assertThat(stop.averagePrice()).isEqualByComparingTo("106");
    }

    @Test
    void aTriggeredStopWaitsForDataWithoutAnEnd() {
        PaperOrder stop = market.book("100x5 | 101x5").stop(Side.SELL, "1", "95");
        market.atMs(5_000).trade(Side.SELL, "94", "1").untilMs(60_000);
        assertThat(stop.status()).isEqualTo(PaperOrderStatus.ACCEPTED);
        market.book("80x5 | 81x5");
        assertThat(stop.averagePrice()).isEqualByComparingTo("80");
    }

    @Test
    void aTriggeredStopThatIsCancelledBeforeItArrivesIsNotExecuted() {
        Market slow = new Market(Market.settings().latency(LatencyModel.fixed(Duration.ofMillis(50))));
        PaperOrder stop = slow.book("100x5 | 101x5").stop(Side.SELL, "5", "95");
        slow.untilMs(60).cancel(stop);
        slow.atMs(80).trade(Side.SELL, "94", "1").untilMs(110);
        assertCancelled(stop, "0", "cancelled by the bot");
        slow.atMs(130).book("90x9 | 91x5").untilMs(200);
        assertCancelled(stop, "0", "cancelled by the bot");
        assertThat(slow.fills).isEmpty();
    }

    @Test
    void aTriggeredStopIsExecutedEvenBelowTheMinimum() {
        PaperOrder stop = market.book("100x5 | 101x5").stop(Side.SELL, "1", "12");
        market.book("5x9 | 6x9");
        assertThat(stop.status()).isEqualTo(PaperOrderStatus.FILLED);
        assertThat(fills()).containsExactly("1 at 5 TAKER");
    }

    @Test
    void aStopWhoseMoneyIsGoneWhenItIsTriggeredIsCancelled() {
        PaperOrder stop = market.book("100x5 | 101x2000").stop(Side.BUY, "900", "110");
        market.book("100x5 | 120x900");
        assertCancelled(stop, "0", "needs 108216.000 ETH, available are 100000.000");
    }

    @Test
    void continuesTheOrdersOfAnEarlierRunAsFarAsItCan() {
        OrderRequest resting =
                OrderRequest.limit(market.id(), Market.SYMBOL, Side.BUY, BigDecimal.ONE, new BigDecimal(100));
        OrderRequest executing = OrderRequest.limit(
                        market.id(), Market.SYMBOL, Side.BUY, BigDecimal.ONE, new BigDecimal(100))
                .with(TimeInForce.IOC);
        OrderRequest uncovered =
                OrderRequest.limit(market.id(), Market.SYMBOL, Side.BUY, BigDecimal.ONE, new BigDecimal(100));
        OrderRequest triggered =
                OrderRequest.stop(market.id(), Market.SYMBOL, Side.SELL, BigDecimal.TEN, new BigDecimal(95));
        market.engine.restore(
                0,
                new PaperState(
                        1,
                        Map.of("XRP", BigDecimal.TEN, "ETH", new BigDecimal(150)),
                        List.of(
                                new SavedOrder(executing, "P-1-1", BigDecimal.ZERO, BigDecimal.ZERO, false),
                                new SavedOrder(resting, "P-1-2", BigDecimal.ZERO, BigDecimal.ZERO, false),
                                new SavedOrder(uncovered, "P-1-3", BigDecimal.ZERO, BigDecimal.ZERO, false),
                                new SavedOrder(triggered, "P-1-4", BigDecimal.ZERO, BigDecimal.ZERO, true))));
        assertCancelled(restored(executing), "0", "the run ended while it was executed");
        assertThat(restored(resting).status()).isEqualTo(PaperOrderStatus.ACCEPTED);
        assertThat(market.available("ETH")).isEqualByComparingTo("49.8"); // 150 - 100.2
        assertCancelled(restored(uncovered), "0", "its money is gone since the restart");
        market.book("90x10 | 101x5");
        assertThat(restored(triggered).status()).isEqualTo(PaperOrderStatus.FILLED);
        assertThat(fills()).containsExactly("10 at 90 TAKER");
    }

    private PaperOrder restored(OrderRequest request) {
        return market.engine.order(request.clientOrderId()).orElseThrow();
    }

    @Test
    void timeNeverRunsBackwards() {
        market.atMs(10_000).book("100x5 | 101x5").atMs(1_000);
        assertThat(market.market(Side.BUY, "1").status()).isEqualTo(PaperOrderStatus.FILLED);
        assertThat(market.fills.get(0).timeMs()).isEqualTo(10_000);
    }

    @Test
    void faultsHappenAsOftenAsTheProfileSays() {
        Market faulty =
                new Market(Market.settings().faults(new FaultProfile(0.1, 0.1, 0.1, 0.1, 0.1, Duration.ofSeconds(1))));
        int rejected = 0;
        int limited = 0;
        int lostAndFilled = 0;
        int lostAndAbsent = 0;
        int late = 0;
        for (int order = 0; order < 2_000; order++) {
            PaperOrder sent = faulty.book("100x5 | 101x" + (5 + order)).market(Side.BUY, "1");
            rejected += sent.reason() == FailureReason.REJECTED ? 1 : 0;
            limited += sent.reason() == FailureReason.RATE_LIMITED ? 1 : 0;
            lostAndFilled += sent.isAnswerLost() && sent.status() == PaperOrderStatus.FILLED ? 1 : 0;
            lostAndAbsent += sent.isAnswerLost()
                            && faulty.engine
                                    .order(sent.request().clientOrderId())
                                    .isEmpty()
                    ? 1
                    : 0;
            late += sent.status() == PaperOrderStatus.IN_FLIGHT ? 1 : 0;
        }
        assertThat(List.of(rejected, limited, lostAndFilled, lostAndAbsent, late))
                .allSatisfy(count -> assertThat(count).isBetween(150, 250));
        assertThat(faulty.total("XRP").intValueExact()).isEqualTo(1_000 + faulty.fills.size());
    }

    @Test
    void refusesMarketDataOfAMarketThatItDoesNotKnow() {
        assertThatThrownBy(() -> market.engine.markNewLiquidity("DOGEETH", Side.BUY))
                .hasMessage("unknown symbol DOGEETH");
    }
}
