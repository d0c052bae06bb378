package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.exporter.status.BotFacts.Build;
import io.cryptobot.exporter.status.BotFacts.Orders;
import io.cryptobot.exporter.status.Problem.Kind;
import io.cryptobot.exporter.status.Status.Unreadable;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** From the facts to the words, the JSON and the HTML. */
class StatusTest {
    private static final OrderFigures IDLE = new OrderFigures(0, 0, 0, null);
    private static final Doubtful NONE = new Doubtful(0L, null);
    private static final Status.Forgotten FORGOTTEN = new Status.Forgotten("old", "2026-01-01T00:00:00Z");

    @Test
    void fourFailedLiveOrdersAreOverTheLimit() {
        BotStatus status = bot(Life.UP, ShownMode.LIVE, orders(4, 100.0), IDLE);
        assertThat(status.problems())
                .containsExactly(new Problem(
                        Kind.FAILING,
                        Severity.CRITICAL,
                        "4 live orders failed in the last 5 min: more than 3, the alert's limit."));
        assertThat(status(status).title()).isEqualTo("⚠ 1 bot failing orders – CryptoBot exporter");
    }

    @Test
    void threeFailedOrdersAreNotButAreSaidToBeNear() {
        BotStatus status = bot(Life.UP, ShownMode.LIVE, orders(3, 100.0), IDLE);
        assertThat(status.problems()).extracting(Problem::kind).containsExactly(Kind.NEARLY_FAILING);
        assertThat(status.severity()).isEqualTo(Severity.WARNING);
        assertThat(bot(Life.UP, ShownMode.LIVE, orders(2, 100.0), IDLE).problems())
                .isEmpty();
    }

    @Test
    void slowIsAbove750AndNotAt750() {
        assertThat(bot(Life.UP, ShownMode.LIVE, orders(0, 750.0), IDLE).problems())
                .isEmpty();
        assertThat(bot(Life.UP, ShownMode.LIVE, orders(0, 750.01), IDLE).problems())
                .containsExactly(
                        new Problem(
                                Kind.SLOW,
                                Severity.CRITICAL,
                                "The p95 latency of live orders in the last 5 min is 751 ms: above 750 ms, the alert's limit."));
    }

    @Test
    void paperOrdersPutNoMoneyAtRisk() {
        assertThat(bot(Life.UP, ShownMode.PAPER, IDLE, orders(9, 999.0)).problems())
                .extracting(Problem::severity)
                .containsExactly(Severity.WARNING, Severity.WARNING);
        assertThat(bot(Life.UP, ShownMode.PAPER, IDLE, orders(3, 1.0)).severity())
                .isEqualTo(Severity.NOTICE);
    }

    @Test
    void aLoopThatStandsStillWhileTheHeartGoesOnIsTheLimitOfItsAlert() {
        assertThat(unusual(Life.UP, ShownMode.LIVE, 60.0, 0, false, 0).problems())
                .isEmpty();
        assertThat(unusual(Life.UP, ShownMode.LIVE, 61.0, 0, false, 0).problems())
                .containsExactly(new Problem(
                        Kind.STALLED,
                        Severity.CRITICAL,
                        "Its trading loop has stood still for 61 s: more than 60 s, the alert's limit."));
        assertThat(unusual(Life.UP, ShownMode.PAPER, 61.0, 0, false, 0).severity())
                .isEqualTo(Severity.WARNING);
        assertThat(unusual(Life.CRASHED, ShownMode.LIVE, 61.0, 0, false, 0).problems())
                .extracting(Problem::kind)
                .containsExactly(Kind.CRASHED);
    }

    @Test
    void unknownOrdersAreAWarningUntilTheirAlertFires() {
        assertThat(unknown(Life.UP, 1L, 300.0).problems())
                .containsExactly(new Problem(
                        Kind.UNKNOWN_ORDERS,
                        Severity.WARNING,
                        "1 live order of unknown outcome: nobody knows whether the exchange has them. The bot looks them up;"
                                + " the alert fires after 5 min."));
        assertThat(unknown(Life.UP, 2L, 421.0).problems())
                .containsExactly(
                        new Problem(
                                Kind.UNKNOWN_ORDERS,
                                Severity.CRITICAL,
                                "2 live orders of unknown outcome for 7 min: more than 5 min, the alert's limit. Look at the exchange."));
        assertThat(unknown(Life.UP, 2L, null).severity())
                .as("of a bot that nobody watches")
                .isEqualTo(Severity.WARNING);
        assertThat(unknown(Life.UP, 0L, null).problems()).isEmpty();
        assertThat(unknown(Life.UP, null, null).problems()).isEmpty();
        assertThat(status(unknown(Life.UP, 2L, 1.0)).title())
                .isEqualTo("⚠ 1 bot with unknown orders – CryptoBot exporter");
    }

    @Test
    void unknownOrdersOfADeadBotAreToldByNobodyElse() {
        assertThat(unknown(Life.STOPPED, 12L, 1.0).problems())
                .first()
                .isEqualTo(new Problem(
                        Kind.UNKNOWN_ORDERS,
                        Severity.CRITICAL,
                        "12 live orders of unknown outcome when the bot was last seen: look at the exchange."));
    }

    private static BotStatus unknown(Life life, Long orders, Double seconds) {
        return unusual(life, ShownMode.PAPER, new Doubtful(orders, seconds), NONE, null, 0, false, 0);
    }

    @Test
    void stuckOrdersAreAWarningBeforeTheirAlertFires() {
        assertThat(inFlight(Life.UP, 1L, 59.9).problems()).isEmpty();
        assertThat(inFlight(Life.UP, 1L, 60.0).problems())
                .containsExactly(new Problem(
                        Kind.STUCK_ORDERS,
                        Severity.WARNING,
                        "1 live order in flight, and none has begun for 60 s: the exchange client may hang;"
                                + " the alert fires after 2 min."));
        assertThat(inFlight(Life.UP, 2L, 150.0).problems())
                .containsExactly(new Problem(
                        Kind.STUCK_ORDERS,
                        Severity.CRITICAL,
                        "2 live orders in flight, and none has begun for 3 min: the alert's limit is 2 min."
                                + " The exchange client hangs."));
        assertThat(inFlight(Life.UP, 2L, null).problems())
                .as("others begin, or nobody watches")
                .isEmpty();
        assertThat(inFlight(Life.UP, null, null).problems()).isEmpty();
    }

    @Test
    void ordersInFlightWhenTheBotCrashedAreForAPersonToLookUp() {
        assertThat(inFlight(Life.CRASHED, 2L, null).problems())
                .first()
                .isEqualTo(new Problem(
                        Kind.STUCK_ORDERS,
                        Severity.CRITICAL,
                        "2 live orders in flight when the bot was last seen: look at the exchange."));
        assertThat(inFlight(Life.STOPPED, 2L, 300.0).problems())
                .extracting(Problem::kind)
                .as("it waits for them")
                .containsExactly(Kind.STOPPED);
    }

    private static BotStatus inFlight(Life life, Long orders, Double seconds) {
        return unusual(life, ShownMode.PAPER, NONE, new Doubtful(orders, seconds), null, 0, false, 0);
    }

    @Test
    void aHaltIsAsSomebodyWantedIt() {
        assertThat(bot(Life.UP, ShownMode.HALT, IDLE, IDLE).problems())
                .containsExactly(new Problem(
                        Kind.HALTED, Severity.NOTICE, "Halted: no order is sent until the mode is changed."));
        assertThat(bot(Life.STOPPED, ShownMode.HALT, IDLE, IDLE).problems())
                .extracting(Problem::kind)
                .containsExactly(Kind.STOPPED);
    }

    @Test
    void saysWhenItsFiguresCannotBeTrusted() {
        BotStatus degraded = unusual(Life.UP, ShownMode.LIVE, null, 0, true, 0);
        assertThat(degraded.problems())
                .containsExactly(new Problem(
                        Kind.DEGRADED,
                        Severity.WARNING,
                        "Its telemetry is degraded: it counts in memory, and the figures here may stand still."));
        assertThat(degraded.text()).containsEntry("telemetry", "degraded");
        BotStatus incomplete = unusual(Life.UP, ShownMode.LIVE, null, 0, false, 1);
        assertThat(incomplete.problems())
                .containsExactly(
                        new Problem(
                                Kind.DEGRADED,
                                Severity.WARNING,
                                "1 series did not fit into its counters file or are damaged in it; figures here may be missing."));
        assertThat(incomplete.text()).containsEntry("telemetry", "incomplete");
        assertThat(unusual(Life.CRASHED, ShownMode.LIVE, null, 0, true, 0).problems())
                .as("a dead bot counts nowhere")
                .extracting(Problem::kind)
                .containsExactly(Kind.CRASHED);
    }

    @Test
    void tellsHowManyRestartsFollowedACrash() {
        assertThat(unusual(Life.UP, ShownMode.LIVE, null, 2, false, 0).text())
                .containsEntry("restarts", "3, 2 after a crash");
        assertThat(unusual(Life.UP, ShownMode.LIVE, null, 0, false, 0).text()).containsEntry("restarts", "3");
    }

    @Test
    void theWorstProblemOfABotComesFirst() {
        assertThat(bot(Life.CRASHED, ShownMode.PAPER, orders(4, 1.0), orders(4, 800.0))
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
        assertThat(bot(Life.CRASHED, ShownMode.LIVE, IDLE, IDLE).problems())
                .extracting(Problem::kind, Problem::severity)
                .containsExactly(tuple(Kind.CRASHED, Severity.CRITICAL));
        assertThat(bot(Life.CRASHED, ShownMode.PAPER, IDLE, IDLE).severity()).isEqualTo(Severity.WARNING);
        assertThat(bot(Life.STOPPED, ShownMode.LIVE, IDLE, IDLE).problems())
                .extracting(Problem::kind, Problem::severity)
                .containsExactly(tuple(Kind.STOPPED, Severity.WARNING));
        assertThat(bot(Life.STOPPED, ShownMode.PAPER, IDLE, IDLE).severity()).isEqualTo(Severity.NOTICE);
    }

    @Test
    void noOrdersHaveNoLatency() {
        assertThat(bot(Life.UP, ShownMode.LIVE, IDLE, IDLE).text())
                .containsEntry("live_p95", "no orders")
                .containsEntry("brief_submitted", "no orders")
                .containsEntry("brief_p95", "")
                .containsEntry("paper_submitted", "");
        assertThat(bot(Life.UP, ShownMode.LIVE, new OrderFigures(1, 0, 0, null), IDLE)
                        .text())
                .containsEntry("live_p95", "none has finished yet");
        assertThat(bot(Life.UP, ShownMode.LIVE, orders(0, 60_000.0), IDLE).text())
                .as("the last bucket hides how slow they are")
                .containsEntry("live_p95", "60,000 ms or more");
    }

    @Test
    void liveOrdersComeFirst() {
        assertThat(bot(Life.UP, ShownMode.PAPER, orders(0, 1.0), orders(0, 2.0)).text())
                .containsEntry("chart", "Live orders")
                .containsEntry("brief_p95", "p95 1 ms");
        assertThat(bot(Life.UP, ShownMode.PAPER, IDLE, orders(0, 2.0)).text())
                .containsEntry("chart", "Paper orders")
                .containsEntry("brief_submitted", "20 paper orders");
        assertThat(bot(Life.UP, ShownMode.LIVE, IDLE, orders(0, 2.0)).text()).containsEntry("chart", "Live orders");
    }

    @Test
    void theTitleSaysTheWorstAndTheSummaryAll() {
        BotStatus down = bot(Life.CRASHED, ShownMode.LIVE, orders(4, 1.0), IDLE);
        BotStatus slow = bot(Life.UP, ShownMode.LIVE, orders(0, 800.0), IDLE);
        BotStatus well = bot(Life.UP, ShownMode.LIVE, orders(0, 1.0), IDLE);
        assertThat(status(down, slow, slow, well).title()).isEqualTo("⚠ 1 bot down – CryptoBot exporter");
        assertThat(status(down, slow, slow, well).summary()).isEqualTo("1 bot down, 1 bot failing orders, 2 bots slow");
        assertThat(status(well, well).title()).isEqualTo("✓ 2 bots up – CryptoBot exporter");
        assertThat(status().title()).isEqualTo("no bots – CryptoBot exporter");
    }

    @Test
    void aRunDirectoryThatCannotBeListedIsNotAnEmptyOne() {
        Status status =
                new Status("2026-01-01T00:00:00Z", 1, false, Limits.ofTheAlerts(), List.of(), List.of(), 0, List.of());
        assertThat(status.title()).isEqualTo("⚠ the run directory cannot be listed – CryptoBot exporter");
        assertThat(page().html(status)).contains("<p id=\"no-bots\" hidden>");
    }

    @Test
    void escapesWhatComesFromOutside() {
        BotStatus bot = bot(Life.CRASHED, ShownMode.LIVE, IDLE, IDLE, "<script>&\"'", null);
        UnreadableFile file = new UnreadableFile("<b>'&\"{{title}}", Reason.FOREIGN, "/secret/path");
        Status status = new Status(
                "2026-01-01T00:00:00Z",
                1,
                true,
                Limits.ofTheAlerts(),
                List.of(bot),
                List.of(Unreadable.of(file)),
                0,
                List.of());
        assertThat(new StatusPage("1<2", "https://wiki/?a=\"&b/").html(status))
                .contains(
                        "Exporter version 1&lt;2,",
                        "&lt;script&gt;&amp;&quot;&#39;",
                        "<b>&lt;b&gt;&#39;&amp;&quot;{{title}}.counters</b>",
                        "href=\"https://wiki/?a=&quot;&amp;b/CryptobotDown.md\"")
                .doesNotContain("<script>&", "/secret/path");
        assertThat(page().json(status)).doesNotContain("/secret/path");
    }

    @Test
    void isCompleteWithoutAScript() {
        BotStatus bot = bot(Life.UP, ShownMode.LIVE, orders(4, 812.3), IDLE);
        assertThat(page().html(status(bot)))
                .contains(
                        "<title>⚠ 1 bot failing orders – CryptoBot exporter</title>",
                        "4 live orders failed in the last 5 min: more than 3, the alert&#39;s limit.",
                        "Runbook: CryptobotOrderFailureRateHigh.md",
                        "<td class=\"p95\" data-text=\"live_p95\">813 ms</td>",
                        "<dd data-text=\"heartbeat\">0.3 s ago</dd>",
                        "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>")
                .doesNotContain("{{", "style=\"", "onclick");
    }

    @Test
    void theKeysOfTheJsonAreTheDocumentedOnes() throws Exception {
        Steps steps = new Steps(15, 3.5, Arrays.asList(null, 2L), Arrays.asList(null, 0L), Arrays.asList(null, 1.5));
        BotStatus bot = bot(Life.UP, ShownMode.LIVE, new OrderFigures(2, 4, 2, 1.5), IDLE, "bot", steps);
        Unreadable file = Unreadable.of(new UnreadableFile("x", Reason.CORRUPT, "/secret/path"));
        Status status = new Status(
                "2026-01-01T00:00:00Z",
                61.5,
                true,
                Limits.ofTheAlerts(),
                List.of(bot),
                List.of(file),
                2,
                List.of(FORGOTTEN));
        JsonNode json = new ObjectMapper().readTree(page().json(status));
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "version",
                        "page",
                        "time",
                        "uptime_seconds",
                        "uptime",
                        "run_directory_listable",
                        "limits",
                        "severity",
                        "title",
                        "summary",
                        "bots",
                        "unreadable_files",
                        "more_unreadable_files",
                        "more_unreadable",
                        "forgotten_bots",
                        "no_bots");
        assertThat(json.path("limits").toString())
                .isEqualTo(
                        "{\"window_seconds\":300,\"failed_orders\":3,\"p95_ms\":750,\"trading_loop_seconds\":60,\"orders_stuck_seconds\":120,\"unknown_orders_seconds\":300}");
        JsonNode first = json.path("bots").path(0);
        assertThat(first.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "bot",
                        "state",
                        "mode",
                        "window_seconds",
                        "window",
                        "orders",
                        "shown_orders",
                        "unknown_orders",
                        "unknown_orders_seconds",
                        "orders_in_flight",
                        "orders_stuck_seconds",
                        "history",
                        "heartbeat_age_seconds",
                        "trading_loop_age_seconds",
                        "trading_loop_lag_seconds",
                        "started_at",
                        "restarts",
                        "unclean_restarts",
                        "build",
                        "telemetry_degraded",
                        "missing_series",
                        "problems",
                        "severity",
                        "text");
        assertThat(first.path("state").asText()).isEqualTo("up");
        assertThat(first.path("orders").path("live").toString())
                .isEqualTo("{\"submitted\":2,\"failed\":4,\"finished\":2,\"p95_ms\":1.5}");
        assertThat(first.path("history").toString())
                .isEqualTo("{\"step_seconds\":15.0,\"last_step_seconds\":3.5,\"submitted\":[null,2],"
                        + "\"failed\":[null,0],\"p95_ms\":[null,1.5]}");
        assertThat(first.path("problems").path(0).toString())
                .isEqualTo("{\"kind\":\"failing\",\"severity\":\"critical\",\"text\":"
                        + "\"4 live orders failed in the last 5 min: more than 3, the alert's limit.\","
                        + "\"runbook\":\"CryptobotOrderFailureRateHigh\"}");
        assertThat(json.path("unreadable_files").path(0).path("reason").asText())
                .isEqualTo("corrupt");
        assertThat(json.path("more_unreadable_files").asInt()).isEqualTo(2);
        assertThat(json.path("forgotten_bots").toString())
                .isEqualTo("[{\"bot\":\"old\",\"last_heartbeat_at\":\"2026-01-01T00:00:00Z\","
                        + "\"text\":\"no heartbeat since 2026-01-01 00:00:00 UTC\"}]");
    }

    @Test
    void forgottenBotsAreNotNoBots() {
        Status status = new Status(
                "2026-01-01T00:00:00Z", 1, true, Limits.ofTheAlerts(), List.of(), List.of(), 0, List.of(FORGOTTEN));
        assertThat(status.title()).isEqualTo("1 bot forgotten – CryptoBot exporter");
        assertThat(page().html(status))
                .contains(
                        "<p id=\"no-bots\">No bots but forgotten ones, which",
                        "<li><b>old</b> no heartbeat since 2026-01-01 00:00:00 UTC</li>");
        assertThat(page().html(status())).contains("aria-label=\"Forgotten bots\" hidden>");
    }

    @Test
    void aDirectoryOfUnreadableFilesIsNotAnEmptyOne() {
        Unreadable file = Unreadable.of(new UnreadableFile("x", Reason.CORRUPT, "/secret/path"));
        Status status = new Status(
                "2026-01-01T00:00:00Z", 1, true, Limits.ofTheAlerts(), List.of(), List.of(file), 1_000, List.of());
        assertThat(status.title()).isEqualTo("⚠ 1,001 files unreadable – CryptoBot exporter");
        assertThat(page().html(status))
                .contains(
                        "<p id=\"no-bots\">No bots: no counters file can be read.</p>",
                        "<p id=\"more-unreadable\">and 1,000 more files</p>");
    }

    @Test
    void botsInTroubleComeFirstInTheOrderOfTheSummary() {
        BotStatus slow = bot(Life.UP, ShownMode.LIVE, orders(0, 800.0), IDLE, "a-slow", null);
        BotStatus paper = bot(Life.CRASHED, ShownMode.PAPER, IDLE, IDLE, "b-paper-down", null);
        BotStatus well = bot(Life.UP, ShownMode.LIVE, IDLE, IDLE, "c-well", null);
        BotStatus down = bot(Life.CRASHED, ShownMode.LIVE, IDLE, IDLE, "d-down", null);
        assertThat(Stream.of(well, paper, slow, down).sorted(BotStatus.ORDER)).containsExactly(down, slow, paper, well);
    }

    @Test
    void opensTheCardsOfAFewBotsAndOfMoreOnlyThoseInTrouble() {
        BotStatus well = bot(Life.UP, ShownMode.LIVE, IDLE, IDLE);
        BotStatus halted = bot(Life.UP, ShownMode.HALT, IDLE, IDLE);
        BotStatus nearly = bot(Life.UP, ShownMode.LIVE, orders(3, 1.0), IDLE);
        assertThat(openCards(well, well, halted)).isEqualTo(3);
        assertThat(openCards(well, well, halted, well)).isZero();
        assertThat(openCards(nearly, well, halted, well)).isEqualTo(1);
    }

    @Test
    void botsAreInTheOrderInWhichPeopleCount() {
        List<String> names = Stream.of("bot-10", "bot-2", "bot", "bot-2b", "a-100-1", "a-20-7", "bot-02")
                .map(name -> bot(Life.UP, ShownMode.LIVE, IDLE, IDLE, name, null))
                .sorted(BotStatus.ORDER)
                .map(bot -> bot.facts().bot())
                .toList();
        assertThat(names).containsExactly("a-20-7", "a-100-1", "bot", "bot-2", "bot-02", "bot-2b", "bot-10");
    }

    @Test
    void everyPlaceOfTheCardHasItsText() {
        String card = Template.of("bot.html").blank();
        bot(Life.UP, ShownMode.LIVE, IDLE, IDLE)
                .text()
                .keySet()
                .forEach(place -> assertThat(card).contains("data-text=\"" + place + "\""));
    }

    /** So many live orders, and for how long they have been as they are. */
    private record Doubtful(Long orders, Double seconds) {}

    private static OrderFigures orders(long failed, Double p95) {
        return new OrderFigures(20, failed, 20, p95);
    }

    private static BotStatus bot(Life life, ShownMode mode, OrderFigures live, OrderFigures paper) {
        return bot(life, mode, live, paper, "bot", null);
    }

    private static BotStatus bot(
            Life life, ShownMode mode, OrderFigures live, OrderFigures paper, String name, Steps history) {
        return BotStatus.of(new BotFacts(
                name,
                life,
                mode,
                300.0,
                "in the last 5 min",
                new Orders(live, paper),
                0L,
                null,
                0L,
                null,
                history,
                0.3,
                null,
                null,
                "2026-01-01T00:00:00Z",
                0,
                0,
                new Build("1", "unknown", "17"),
                false,
                0));
    }

    private static BotStatus unusual(
            Life life, ShownMode mode, Double loopLag, long uncleanRestarts, boolean degraded, long missingSeries) {
        return unusual(life, mode, NONE, NONE, loopLag, uncleanRestarts, degraded, missingSeries);
    }

    private static BotStatus unusual(
            Life life,
            ShownMode mode,
            Doubtful unknown,
            Doubtful inFlight,
            Double loopLag,
            long uncleanRestarts,
            boolean degraded,
            long missingSeries) {
        return BotStatus.of(new BotFacts(
                "bot",
                life,
                mode,
                300.0,
                "in the last 5 min",
                new Orders(IDLE, IDLE),
                unknown.orders(),
                unknown.seconds(),
                inFlight.orders(),
                inFlight.seconds(),
                null,
                0.3,
                loopLag,
                loopLag,
                "2026-01-01T00:00:00Z",
                3,
                uncleanRestarts,
                new Build("1", "unknown", "17"),
                degraded,
                missingSeries));
    }

    private static int openCards(BotStatus... bots) {
        return page().html(status(bots)).split(" open>", -1).length - 1;
    }

    private static Status status(BotStatus... bots) {
        return new Status(
                "2026-01-01T00:00:00Z", 61, true, Limits.ofTheAlerts(), List.of(bots), List.of(), 0, List.of());
    }

    private static StatusPage page() {
        return new StatusPage("1", "");
    }
}
