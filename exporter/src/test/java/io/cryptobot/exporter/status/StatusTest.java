package io.cryptobot.exporter.status;

import static io.cryptobot.exporter.status.TestFacts.CORRUPT;
import static io.cryptobot.exporter.status.TestFacts.FORGOTTEN;
import static io.cryptobot.exporter.status.TestFacts.IDLE;
import static io.cryptobot.exporter.status.TestFacts.live;
import static io.cryptobot.exporter.status.TestFacts.orders;
import static io.cryptobot.exporter.status.TestFacts.watch;
import static io.cryptobot.exporter.status.TestFacts.watching;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.exporter.bots.Bots.Listing;
import io.cryptobot.exporter.bots.RunState;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.exporter.status.Status.Unreadable;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** From the facts to the headline, the JSON and the HTML. */
class StatusTest {
    @Test
    void theTitleSaysTheWorstAndTheSummaryAll() {
        BotStatus down = TestFacts.bot(RunState.CRASHED, ObservedMode.LIVE)
                .orders(orders(4, 1.0), IDLE)
                .status();
        BotStatus slow = live().orders(orders(0, 800.0), IDLE).status();
        BotStatus well = live().orders(orders(0, 1.0), IDLE).status();
        assertThat(watching(down, slow, slow, well).title()).isEqualTo("⚠ 1 bot down – CryptoBot exporter");
        assertThat(watching(down, slow, slow, well).summary())
                .isEqualTo("1 bot down, 1 bot failing orders, 2 bots slow");
        assertThat(watching(well, well).title()).isEqualTo("✓ 2 bots up – CryptoBot exporter");
        assertThat(watching().title()).isEqualTo("no bots – CryptoBot exporter");
    }

    @Test
    void aRunDirectoryThatCannotBeListedIsNotAnEmptyOne() {
        Status status = new Status(watch(), Listing.FAILED, List.of(), List.of(), 0, List.of());
        assertThat(status.title()).isEqualTo("⚠ the run directory cannot be listed – CryptoBot exporter");
        assertThat(page().html(status)).contains("<p id=\"no-bots\" hidden>");
    }

    @Test
    void escapesWhatComesFromOutside() {
        BotStatus bot = TestFacts.bot(RunState.CRASHED, ObservedMode.LIVE)
                .named("<script>&\"'")
                .status();
        UnreadableFile file = new UnreadableFile("<b>'&\"{{title}}", Reason.FOREIGN, "/secret/path");
        Status status = new Status(watch(), Listing.DONE, List.of(bot), List.of(Unreadable.of(file)), 0, List.of());
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
        BotStatus bot = live().orders(orders(4, 812.3), IDLE).status();
        assertThat(page().html(watching(bot)))
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
        OrderChart steps =
                new OrderChart(15, 3.5, Arrays.asList(null, 2L), Arrays.asList(null, 0L), Arrays.asList(null, 1.5));
        BotStatus bot = live().orders(new OrderFigures(2, 4, 2, 1.5), IDLE)
                .history(steps)
                .status();
        Unreadable file = CORRUPT;
        Status status = new Status(watch(), Listing.DONE, List.of(bot), List.of(file), 2, List.of(FORGOTTEN));
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
        Status status = new Status(watch(), Listing.DONE, List.of(), List.of(), 0, List.of(FORGOTTEN));
        assertThat(status.title()).isEqualTo("1 bot forgotten – CryptoBot exporter");
        assertThat(page().html(status))
                .contains(
                        "<p id=\"no-bots\">No bots but forgotten ones, which",
                        "<li><b>old</b> no heartbeat since 2026-01-01 00:00:00 UTC</li>");
        assertThat(page().html(watching())).contains("aria-label=\"Forgotten bots\" hidden>");
    }

    @Test
    void aDirectoryOfUnreadableFilesIsNotAnEmptyOne() {
        Unreadable file = CORRUPT;
        Status status = new Status(watch(), Listing.DONE, List.of(), List.of(file), 1_000, List.of());
        assertThat(status.title()).isEqualTo("⚠ 1,001 files unreadable – CryptoBot exporter");
        assertThat(page().html(status))
                .contains(
                        "<p id=\"no-bots\">No bots: no counters file can be read.</p>",
                        "<p id=\"more-unreadable\">and 1,000 more files</p>");
    }

    @Test
    void botsInTroubleComeFirstInTheOrderOfTheSummary() {
        BotStatus slow = live().orders(orders(0, 800.0), IDLE).named("a-slow").status();
        BotStatus paper = TestFacts.bot(RunState.CRASHED, ObservedMode.PAPER)
                .named("b-paper-down")
                .status();
        BotStatus well = live().named("c-well").status();
        BotStatus down = TestFacts.bot(RunState.CRASHED, ObservedMode.LIVE)
                .named("d-down")
                .status();
        assertThat(Stream.of(well, paper, slow, down).sorted(BotStatus.ORDER)).containsExactly(down, slow, paper, well);
    }

    @Test
    void opensTheCardsOfAFewBotsAndOfMoreOnlyThoseInTrouble() {
        BotStatus well = live().status();
        BotStatus halted = TestFacts.bot(RunState.UP, ObservedMode.HALT).status();
        BotStatus nearly = live().orders(orders(3, 1.0), IDLE).status();
        assertThat(openCards(well, well, halted)).isEqualTo(3);
        assertThat(openCards(well, well, halted, well)).isZero();
        assertThat(openCards(nearly, well, halted, well)).isEqualTo(1);
    }

    @Test
    void botsAreInTheOrderInWhichPeopleCount() {
        List<String> names = Stream.of("bot-10", "bot-2", "bot", "bot-2b", "a-100-1", "a-20-7", "bot-02")
                .map(name -> live().named(name).status())
                .sorted(BotStatus.ORDER)
                .map(bot -> bot.facts().bot())
                .toList();
        assertThat(names).containsExactly("a-20-7", "a-100-1", "bot", "bot-2", "bot-02", "bot-2b", "bot-10");
    }

    @Test
    void everyPlaceOfTheCardHasItsText() {
        String card = Template.of("bot.html").blank();
        live().status().text().keySet().forEach(place -> assertThat(card).contains("data-text=\"" + place + "\""));
    }

    private static int openCards(BotStatus... bots) {
        return page().html(watching(bots)).split(" open>", -1).length - 1;
    }

    private static StatusPage page() {
        return new StatusPage("1", "");
    }
}
