package io.cryptobot.exporter.status;

import static io.cryptobot.exporter.status.TestFacts.IDLE;
import static io.cryptobot.exporter.status.TestFacts.live;
import static io.cryptobot.exporter.status.TestFacts.orders;
import static io.cryptobot.exporter.status.TestFacts.watching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.cryptobot.exporter.bots.RunState;
import io.cryptobot.exporter.status.BotFacts.Counting;
import io.cryptobot.exporter.status.Problem.Kind;
import org.junit.jupiter.api.Test;

/** Which facts are a problem, and how bad it is. */
class DiagnosisTest {
    @Test
    void fourFailedLiveOrdersAreOverTheLimit() {
        BotStatus status = live().orders(orders(4, 100.0), IDLE).status();
        assertThat(status.problems())
                .containsExactly(new Problem(
                        Kind.FAILING,
                        Severity.CRITICAL,
                        "4 live orders failed in the last 5 min: more than 3, the alert's limit."));
        assertThat(watching(status).title()).isEqualTo("⚠ 1 bot failing orders – CryptoBot exporter");
    }

    @Test
    void threeFailedOrdersAreNotButAreSaidToBeNear() {
        BotStatus status = live().orders(orders(3, 100.0), IDLE).status();
        assertThat(status.problems()).extracting(Problem::kind).containsExactly(Kind.NEARLY_FAILING);
        assertThat(status.severity()).isEqualTo(Severity.WARNING);
        assertThat(live().orders(orders(2, 100.0), IDLE).problems()).isEmpty();
    }

    @Test
    void slowIsAbove750AndNotAt750() {
        assertThat(live().orders(orders(0, 750.0), IDLE).problems()).isEmpty();
        assertThat(live().orders(orders(0, 750.01), IDLE).problems())
                .containsExactly(
                        new Problem(
                                Kind.SLOW,
                                Severity.CRITICAL,
                                "The p95 latency of live orders in the last 5 min is 751 ms: above 750 ms, the alert's limit."));
    }

    @Test
    void paperOrdersPutNoMoneyAtRisk() {
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .orders(IDLE, orders(9, 999.0))
                        .problems())
                .extracting(Problem::severity)
                .containsExactly(Severity.WARNING, Severity.WARNING);
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .orders(IDLE, orders(3, 1.0))
                        .status()
                        .severity())
                .isEqualTo(Severity.NOTICE);
    }

    @Test
    void aLoopThatStandsStillWhileTheHeartGoesOnIsTheLimitOfItsAlert() {
        assertThat(live().loopLag(60.0).problems()).isEmpty();
        assertThat(live().loopLag(61.0).problems())
                .containsExactly(new Problem(
                        Kind.STALLED,
                        Severity.CRITICAL,
                        "Its trading loop has stood still for 61 s: more than 60 s, the alert's limit."));
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .loopLag(61.0)
                        .status()
                        .severity())
                .isEqualTo(Severity.WARNING);
        assertThat(TestFacts.bot(RunState.CRASHED, ObservedMode.LIVE)
                        .loopLag(61.0)
                        .problems())
                .extracting(Problem::kind)
                .containsExactly(Kind.CRASHED);
    }

    @Test
    void unknownOrdersAreAWarningUntilTheirAlertFires() {
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .unknown(1L, 300.0)
                        .problems())
                .containsExactly(new Problem(
                        Kind.UNKNOWN_ORDERS,
                        Severity.WARNING,
                        "1 live order of unknown outcome: the exchange may or may not have them. The bot reconciles them;"
                                + " the alert fires after 5 min."));
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .unknown(2L, 421.0)
                        .problems())
                .containsExactly(
                        new Problem(
                                Kind.UNKNOWN_ORDERS,
                                Severity.CRITICAL,
                                "2 live orders of unknown outcome for 7 min: more than 5 min, the alert's limit. Look at the exchange."));
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .unknown(2L, null)
                        .status()
                        .severity())
                .as("of a bot that nobody watches")
                .isEqualTo(Severity.WARNING);
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .unknown(0L, null)
                        .problems())
                .isEmpty();
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .unknown(null, null)
                        .problems())
                .isEmpty();
        assertThat(watching(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                                .unknown(2L, 1.0)
                                .status())
                        .title())
                .isEqualTo("⚠ 1 bot with unknown orders – CryptoBot exporter");
    }

    @Test
    void unknownOrdersOfADeadBotAreToldByNobodyElse() {
        assertThat(TestFacts.bot(RunState.STOPPED, ObservedMode.PAPER)
                        .unknown(12L, 1.0)
                        .problems())
                .first()
                .isEqualTo(new Problem(
                        Kind.UNKNOWN_ORDERS,
                        Severity.CRITICAL,
                        "12 live orders of unknown outcome when the bot was last seen: look at the exchange."));
    }

    @Test
    void stuckOrdersAreAWarningBeforeTheirAlertFires() {
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .inFlight(1L, 59.9)
                        .problems())
                .isEmpty();
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .inFlight(1L, 60.0)
                        .problems())
                .containsExactly(new Problem(
                        Kind.STUCK_ORDERS,
                        Severity.WARNING,
                        "1 live order in flight, and no new order has started for 60 s: the exchange client may hang;"
                                + " the alert fires after 2 min."));
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .inFlight(2L, 150.0)
                        .problems())
                .containsExactly(new Problem(
                        Kind.STUCK_ORDERS,
                        Severity.CRITICAL,
                        "2 live orders in flight, and no new order has started for 3 min: the alert's limit is 2 min."
                                + " The exchange client hangs."));
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .inFlight(2L, null)
                        .problems())
                .as("others begin, or nobody watches")
                .isEmpty();
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.PAPER)
                        .inFlight(null, null)
                        .problems())
                .isEmpty();
    }

    @Test
    void ordersInFlightWhenTheBotCrashedAreForAPersonToLookUp() {
        assertThat(TestFacts.bot(RunState.CRASHED, ObservedMode.PAPER)
                        .inFlight(2L, null)
                        .problems())
                .first()
                .isEqualTo(new Problem(
                        Kind.STUCK_ORDERS,
                        Severity.CRITICAL,
                        "2 live orders in flight when the bot was last seen: look at the exchange."));
        assertThat(TestFacts.bot(RunState.STOPPED, ObservedMode.PAPER)
                        .inFlight(2L, 300.0)
                        .problems())
                .extracting(Problem::kind)
                .as("it waits for them")
                .containsExactly(Kind.STOPPED);
    }

    @Test
    void aHaltIsAsSomebodyWantedIt() {
        assertThat(TestFacts.bot(RunState.UP, ObservedMode.HALT).problems())
                .containsExactly(new Problem(
                        Kind.HALTED, Severity.NOTICE, "Halted: no order is sent until the mode is changed."));
        assertThat(TestFacts.bot(RunState.STOPPED, ObservedMode.HALT).problems())
                .extracting(Problem::kind)
                .containsExactly(Kind.STOPPED);
    }

    @Test
    void saysWhenItsFiguresCannotBeTrusted() {
        BotStatus degraded = live().counting(new Counting(0, true)).status();
        assertThat(degraded.problems())
                .containsExactly(new Problem(
                        Kind.DEGRADED,
                        Severity.WARNING,
                        "Its telemetry is degraded: it counts in memory, and the figures here may stand still."));
        assertThat(degraded.text()).containsEntry("telemetry", "degraded");
        BotStatus incomplete = live().counting(new Counting(1, false)).status();
        assertThat(incomplete.problems())
                .containsExactly(
                        new Problem(
                                Kind.DEGRADED,
                                Severity.WARNING,
                                "1 series did not fit into its counters file or are damaged in it; figures here may be missing."));
        assertThat(incomplete.text()).containsEntry("telemetry", "incomplete");
        assertThat(TestFacts.bot(RunState.CRASHED, ObservedMode.LIVE)
                        .counting(new Counting(0, true))
                        .problems())
                .as("a dead bot counts nowhere")
                .extracting(Problem::kind)
                .containsExactly(Kind.CRASHED);
    }

    @Test
    void theWorstProblemOfABotComesFirst() {
        assertThat(TestFacts.bot(RunState.CRASHED, ObservedMode.PAPER)
                        .orders(orders(4, 1.0), orders(4, 800.0))
                        .status()
                        .problems())
                .extracting(Problem::severity, Problem::kind)
                .containsExactly(
                        tuple(Severity.CRITICAL, Kind.FAILING),
                        tuple(Severity.WARNING, Kind.CRASHED),
                        tuple(Severity.WARNING, Kind.FAILING),
                        tuple(Severity.WARNING, Kind.SLOW));
    }

    @Test
    void aCrashAndAnOrderlyEndAreTwoThings() {
        assertThat(TestFacts.bot(RunState.CRASHED, ObservedMode.LIVE).problems())
                .extracting(Problem::kind, Problem::severity)
                .containsExactly(tuple(Kind.CRASHED, Severity.CRITICAL));
        assertThat(TestFacts.bot(RunState.CRASHED, ObservedMode.PAPER).status().severity())
                .isEqualTo(Severity.WARNING);
        assertThat(TestFacts.bot(RunState.STOPPED, ObservedMode.LIVE).problems())
                .extracting(Problem::kind, Problem::severity)
                .containsExactly(tuple(Kind.STOPPED, Severity.WARNING));
        assertThat(TestFacts.bot(RunState.STOPPED, ObservedMode.PAPER).status().severity())
                .isEqualTo(Severity.NOTICE);
    }
}
