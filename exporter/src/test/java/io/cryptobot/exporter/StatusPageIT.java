package io.cryptobot.exporter;

import static io.cryptobot.exporter.RunningExporter.header;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.OneJdk;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The status page in a real browser. */
@OneJdk
class StatusPageIT {
    private static final String BOT = "[data-bot=bot] ";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /** After which figures are. */
    private static final Duration STALE = Duration.ofSeconds(6);

    @AutoClose
    private static Chromium chromium;

    @TempDir
    Path temporary;

    private Path run;

    @AutoClose
    private RunningExporter exporter;

    @BeforeAll
    static void startChromium(@TempDir Path profile) {
        chromium = new Chromium(profile);
    }

    @BeforeEach
    void start() throws Exception {
        run = temporary.resolve("run");
        exporter = new RunningExporter(run);
    }

    @Test
    void figuresChangeWithoutAReloadAndNothingIsFetchedFromElsewhere() throws Exception {
        try (Browser browser = browser()) {
            browser.open(exporter.uri("/").toString());
            browser.evaluate("window.notReloaded = true");
            browser.awaitText("#no-bots", "No bots");
            try (Telemetry bot = bot("bot")) {
                bot.gauge(MetricCatalog.TRADING_MODE, "live").set(1);
                browser.awaitText(BOT + ".state", "Up");
                assertThat(browser.evaluate("document.querySelector('#no-bots').hidden")
                                .asBoolean())
                        .isTrue();
                browser.awaitText(BOT + ".mode", "LIVE");
                browser.awaitText(BOT + "tr.live .p95", "no orders");
                assertThat(browser.evaluate("document.title").asText()).isEqualTo("✓ 1 bot up – CryptoBot exporter");

                order(bot, 20, Duration.ofMillis(100));
                browser.awaitText(BOT + "tr.live", "20\t0\t");
                browser.await("document.querySelectorAll('.chart canvas').length === 2");
                bot.orders(OrderMode.LIVE).failed().inc(4);
                browser.awaitText(BOT + ".problems", "4 live orders failed since the exporter's start");
                assertThat(browser.text(BOT + ".problems")).contains("more than 3, the alert's limit.");
                order(bot, 2, Duration.ofMillis(900));
                browser.awaitText(BOT + ".problems", "above 750 ms, the alert's limit.");
                browser.await("document.title.startsWith('⚠ 1 bot failing orders')");
                bot.gauge(MetricCatalog.TRADING_MODE, "live").set(0);
                bot.gauge(MetricCatalog.TRADING_MODE, "halt").set(1);
                browser.awaitText(BOT + ".mode", "HALT");
                bot.gauge(MetricCatalog.TRADING_MODE, "halt").set(0);
                bot.gauge(MetricCatalog.TRADING_MODE, "paper").set(1);
                browser.awaitText(BOT + ".mode", "PAPER");
            }
            browser.awaitText(BOT + ".state", "Stopped");
            Files.delete(run.resolve("bot.counters"));
            browser.awaitText("#no-bots", "No bots: the run directory holds no counters files.");
            assertThat(browser.evaluate("document.querySelectorAll('.bot').length")
                            .asInt())
                    .isZero();
            TestBots.file(run, "old", Geometry.DEFAULT, () -> 1_000).close();
            browser.awaitText("#forgotten", "old no heartbeat since 1970-01-01 00:00:01 UTC");
            browser.awaitText("#no-bots", "No bots but forgotten ones");
            assertThat(browser.evaluate("window.notReloaded").asBoolean()).isTrue();
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests())
                    .isNotEmpty()
                    .allMatch(url -> url.startsWith(exporter.uri("/").toString()));
        }
    }

    @Test
    void aKilledBotIsShownAsCrashedAndComesFirst() throws Exception {
        try (Browser browser = browser();
                Telemetry well = bot("a-bot-that-is-well")) {
            order(well, 1, Duration.ofMillis(1));
            browser.open(exporter.uri("/").toString());
            browser.await("document.querySelectorAll('.bot').length === 1");
            try (ChildProcess victim = TestBots.counting(run, "victim").start()) {
                browser.awaitText("[data-bot=victim] .state", "Up");
                victim.kill();
            }
            browser.awaitText("[data-bot=victim] .state", "Crashed");
            assertThat(browser.text("[data-bot=victim] .problems"))
                    .contains("no clean exit: the process crashed, was killed or hangs.", "CryptobotDown.md");
            browser.await("document.title.startsWith('⚠ 1 bot down')");
            assertThat(browser.evaluate("[...document.querySelectorAll('.bot')].map(bot => bot.dataset.bot).join()")
                            .asText())
                    .isEqualTo("victim,a-bot-that-is-well");
        }
    }

    @Test
    void staleFiguresAreNotShownAsIfTheyWereFresh() throws Exception {
        try (Browser browser = browser();
                Telemetry bot = bot("bot")) {
            order(bot, 1, Duration.ofMillis(1));
            browser.open(exporter.uri("/").toString());
            browser.await("document.querySelector('#stale').hidden");
            exporter.close();
            browser.passTime(STALE);
            browser.awaitText("#stale", "No answer from the exporter since ");
            assertThat(browser.evaluate("document.title").asText()).startsWith("⚠ No answer since ");
            assertThat(browser.evaluate("getComputedStyle(document.querySelector('main')).opacity")
                            .asDouble())
                    .isLessThan(1);
        }
    }

    @Test
    void anErrorIsNotTakenForSilence() throws Exception {
        try (Browser browser = browser()) {
            browser.open(exporter.uri("/").toString());
            browser.evaluate("asked = 0; fetch = async () => { asked++; return new Response('', {status: 500}); }");
            browser.await("asked > 0"); // and the good answer before it has come
            browser.passTime(STALE);
            browser.awaitText("#stale", "The exporter answers with error 500");
            assertThat(browser.evaluate("document.title").asText()).startsWith("⚠ Error 500 since ");
            browser.evaluate("asked = 0; fetch = async () => { asked++; return new Response('', {status: 401}); }");
            browser.awaitText("#stale", "The exporter wants a password: reload this page to enter it.");
            browser.evaluate("setTimeout(() => threeMoreTurnsHavePassed = true, 5000)");
            browser.await("window.threeMoreTurnsHavePassed");
            assertThat(browser.evaluate("asked").asInt())
                    .as("asking again would bother people")
                    .isEqualTo(1);
        }
    }

    @Test
    void fitsPhonesAndScreensWhateverTheNamesAndNumbers() throws Exception {
        Files.createDirectories(run);
        Files.writeString(run.resolve("<img src=x onerror=alert(1)>" + "w".repeat(200) + ".counters"), "rubbish");
        try (Browser browser = browser();
                Telemetry bot = bot("b".repeat(64))) {
            bot.orders(OrderMode.LIVE).submitted().inc(123_456_789);
            bot.orders(OrderMode.LIVE).failed().inc(123_456_789);
            order(bot, 1, Duration.ofHours(1));
            order(bot, OrderMode.PAPER, 1, Duration.ofHours(1));
            browser.open(exporter.uri("/").toString());
            for (int width : new int[] {320, 375, 740, 1280}) {
                browser.screen(width, 800, width == 375 ? "dark" : "light");
                browser.await("document.querySelectorAll('.chart canvas').length === 2");
                assertThat(browser.evaluate(
                                        "document.documentElement.scrollWidth - document.documentElement.clientWidth")
                                .asInt())
                        .as("what is to the right of a screen of %d pixels", width)
                        .isZero();
                assertThat(browser.evaluate("[...document.querySelectorAll('h2, .brief *, td, dd')]"
                                        + ".filter(place => place.scrollWidth > place.clientWidth + 1)"
                                        + ".map(place => place.textContent).join()")
                                .asText())
                        .as("what runs out of its place, width %d", width)
                        .isEmpty();
            }
            assertThat(browser.text("#unreadable-files")).contains("<img src=x onerror=alert(1)>www");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void anUpdateOfTheExporterIsShownWithItsOwnPage() throws Exception {
        try (Browser browser = browser()) {
            browser.open(exporter.uri("/").toString());
            browser.evaluate("document.documentElement.dataset.edition = 'of the exporter before'");
            browser.awaitRequests(exporter.uri("/").toString(), 2);
        }
    }

    @Test
    void aThousandUnreadableFilesDoNotPushTheBotsOffTheScreen() throws Exception {
        Files.createDirectories(run);
        ((Logger) LoggerFactory.getLogger("io.cryptobot.exporter.bots")).setLevel(Level.OFF);
        for (int file = 0; file < 1_000; file++) {
            Files.createFile(run.resolve("bad-" + file + ".counters"));
        }
        try (Browser browser = browser();
                Telemetry bot = bot("bot")) {
            browser.screen(375, 800, "light");
            browser.open(exporter.uri("/").toString());
            browser.await("document.querySelectorAll('#unreadable-files li').length === 1000");
            assertThat(browser.evaluate("document.querySelector('[data-bot=bot]').getBoundingClientRect().top")
                            .asInt())
                    .isLessThan(400);
            assertThat(bot.degradedReason()).isEmpty();
        }
    }

    @Test
    void aHundredBotsAreOneLineEachExceptThoseInTrouble() throws Exception {
        List<Telemetry> bots = new ArrayList<>();
        try (Browser browser = browser()) {
            for (int index = 0; index < 100; index++) {
                bots.add(bot("bot-" + index));
            }
            bots.get(70).orders(OrderMode.LIVE).failed().inc(4);
            browser.open(exporter.uri("/").toString());
            browser.await("document.querySelectorAll('.bot').length === 100");
            assertThat(browser.evaluate(
                                    "[...document.querySelectorAll('.bot[open]')].map(bot => bot.dataset.bot).join()")
                            .asText())
                    .isEqualTo("bot-70");
            assertThat(browser.evaluate("document.querySelector('.bot').dataset.bot")
                            .asText())
                    .isEqualTo("bot-70");
            bots.get(30).orders(OrderMode.LIVE).failed().inc(5);
            browser.await("document.querySelector('[data-bot=bot-30]').open");
        } finally {
            bots.forEach(Telemetry::close);
        }
    }

    @Test
    void isReadableWithoutAScript() throws Exception {
        try (Telemetry bot = bot("bot")) {
            bot.orders(OrderMode.LIVE).failed().inc(4);
            HttpResponse<String> page = exporter.request("GET", "/", "*/*");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .contains("4 live orders failed since the exporter&#39;s start", "<h2 data-text=\"bot\">bot</h2>");
            assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=utf-8");
            assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
        }
    }

    @Test
    void everyAnswerForbidsWhatThePageDoesNotNeed() throws Exception {
        String page = exporter.request("GET", "/", "*/*").body();
        Matcher assets =
                Pattern.compile("\"(/status/[0-9a-f]{16}/[A-Za-z.]+)\"").matcher(page);
        List<String> paths = new ArrayList<>(List.of("/", "/status.json"));
        while (assets.find()) {
            paths.add(assets.group(1));
        }
        assertThat(paths).as("page, JSON, two scripts, two style sheets").hasSize(6);
        for (String path : paths) {
            HttpResponse<String> answer = exporter.request("GET", path, "*/*");
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(header(answer, "Content-Security-Policy")).isEqualTo(POLICY);
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
            if (path.startsWith("/status/")) {
                assertThat(header(answer, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
                assertThat(header(answer, "Content-Type"))
                        .startsWith(path.endsWith(".js") ? "text/javascript" : "text/css");
            }
        }
        for (String path : List.of("/status/", "/status/0/status.js", "/status", "/status.json;a=b", "/status.json/")) {
            HttpResponse<String> unknown = exporter.request("GET", path, "*/*");
            assertThat(unknown.statusCode()).as(path).isEqualTo(404);
            assertThat(unknown.body()).isEqualTo("not found\n");
        }
        HttpResponse<String> refused = exporter.request("POST", "/status.json", "*/*");
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(header(refused, "Allow")).isEqualTo("GET, HEAD");
        assertThat(exporter.request("HEAD", "/status.json", "*/*").body()).isEmpty();
    }

    private static Browser browser() throws Exception {
        return new Browser(chromium);
    }

    private Telemetry bot(String name) {
        return TestBots.open(run, name);
    }

    private static void order(Telemetry bot, int count, Duration latency) {
        order(bot, OrderMode.LIVE, count, latency);
    }

    private static void order(Telemetry bot, OrderMode mode, int count, Duration latency) {
        for (int order = 0; order < count; order++) {
            bot.orders(mode).submitted().inc();
            bot.orders(mode).latency().recordNanos(latency.toNanos());
        }
    }
}
