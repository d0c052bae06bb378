package io.cryptobot.smoke.mode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.ModeGate;
import io.cryptobot.trading.mode.Pass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs {@code mode-switch} as an operator does, against the bot of the fixture. */
@OneJdk
class ModeSwitchCommandIT extends SwitchableBotFixture {
    private static final ClientOrderId ORDER = new ClientOrderId("mybot-1");
    private static final String SECONDS = "  \\(\\d+\\.\\d\\d s\\)\n";
    private static final String TIME = SECONDS + "√ at the exchange: 0 open live orders, 0 with an unknown outcome\n";

    @Test
    void tellsTheModeWithoutAChange() {
        CommandRun run = modeSwitch("--mode=status");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .matches("√ mybot: PAPER, drained: the bot obeys, 0 live orders in flight, none can start" + TIME);
        assertThat(run.err()).isEmpty();
        assertThat(audit()).isEmpty();
    }

    @Test
    void goesLiveHaltsAndGoesBackToPaper() {
        CommandRun live = goLive();
        assertThat(live.exitCode()).isZero();
        assertThat(live.out())
                .matches("√ mybot: PAPER → LIVE, the bot obeys, 0 live orders in flight, 0 unknown" + SECONDS);
        assertThat(bot.mode()).isEqualTo(TradingMode.LIVE);

        CommandRun halt = modeSwitch("--mode=halt");
        assertThat(halt.exitCode()).isZero();
        assertThat(halt.out())
                .matches(
                        "√ mybot: LIVE → HALT, drained: the bot obeys, 0 live orders in flight, none can start" + TIME);
        assertThat(bot.mode()).isEqualTo(TradingMode.HALT);

        CommandRun paper = modeSwitch("--mode=paper", "--reason=all clear");
        assertThat(paper.exitCode()).isZero();
        assertThat(paper.out())
                .matches("√ mybot: HALT → PAPER, drained: the bot obeys, 0 live orders in flight, none can start"
                        + TIME);
        assertThat(bot.mode()).isEqualTo(TradingMode.PAPER);
    }

    @Test
    void auditsEverySwitchAndLiveBeforeItTakesEffect() throws IOException {
        goLive();
        modeSwitch("--mode=paper");

        assertThat(auditWhenLive.get())
                .as("audit log at the moment the bot went live")
                .contains("\"mode\":\"live\"");
        List<String> lines = audit().lines().toList();
        assertThat(lines).hasSize(3);
        JsonNode live = new ObjectMapper().readTree(lines.get(0));
        assertThat(live.path("event").asText()).isEqualTo("intent");
        JsonNode outcome = new ObjectMapper().readTree(lines.get(1));
        assertThat(outcome.path("event").asText()).isEqualTo("outcome");
        assertThat(outcome.path("detail").asText()).startsWith("exit code 0, from paper, acknowledged true");
        assertThat(live.path("bot").asText()).isEqualTo("mybot");
        assertThat(live.path("mode").asText()).isEqualTo("live");
        assertThat(live.path("user").asText()).isEqualTo(System.getProperty("user.name"));
        assertThat(live.path("reason").asText()).isEqualTo("the \"drill\"\nis over");
        assertThat(live.path("time").asText()).matches("20\\d\\d-\\d\\d-\\d\\dT.*Z");
        assertThat(new ObjectMapper().readTree(lines.get(2)).path("mode").asText())
                .isEqualTo("paper");
    }

    @Test
    void refusesLiveWithoutReasonOrConfirmation() {
        String needsReason = "--mode=live needs --reason=<why>, for the audit log\nSee: cryptobot mode-switch --help\n";
        String needsName = "--mode=live trades with real money: confirm with --confirm=mybot\n"
                + "See: cryptobot mode-switch --help\n";

        assertThat(modeSwitch("--mode=live", "--confirm=mybot")).isEqualTo(new CommandRun(2, "", needsReason));
        assertThat(modeSwitch("--mode=live", "--confirm=mybot", "--reason= "))
                .isEqualTo(new CommandRun(2, "", needsReason));
        assertThat(modeSwitch("--mode=live", "--reason=x")).isEqualTo(new CommandRun(2, "", needsName));
        assertThat(modeSwitch("--mode=live", "--reason=x", "--confirm=MYBOT"))
                .isEqualTo(new CommandRun(2, "", needsName));
        assertThat(bot.mode()).isEqualTo(TradingMode.PAPER);
        assertThat(audit()).isEmpty();
    }

    @Test
    void refusesAModeThatDoesNotExist() {
        CommandRun run = modeSwitch("--mode=stop");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'stop'", "LIVE, PAPER, HALT, STATUS");
        assertThat(modeSwitch().exitCode()).isEqualTo(2);
    }

    @Test
    void anOrderInFlightAtTheTimeoutIsExitCode3() {
        goLive();
        Pass pass = bot.enter(ORDER, "XRPETH");
        assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);

        CommandRun run = modeSwitch("--mode=paper", "--timeout=300ms");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out())
                .matches("× mybot: LIVE → PAPER, the bot obeys, but 1 live orders are still being sent; they may reach"
                        + " the exchange\n    mybot-1 XRPETH, sent \\d+\\.\\d s ago\n    next: run the command again with a longer --timeout, then look the orders"
                        + " up at the exchange\n");
        assertThat(bot.enter(ORDER, "XRPETH").mode()).as("no further order").isEqualTo(TradingMode.PAPER);

        bot.exit(pass);
        assertThat(modeSwitch("--mode=paper").exitCode()).isZero();
    }

    @Test
    void withoutABotItSaysThatTheModeAppliesLater() {
        bot.close();

        CommandRun halt = modeSwitch("--mode=halt", "--timeout=300ms");
        assertThat(halt.exitCode()).isEqualTo(4);
        assertThat(halt.out())
                .isEqualTo("‼ mybot: PAPER → HALT, but no running bot has answered; it applies as soon as one runs\n"
                        + "    next: if the bot should be running, check CRYPTOBOT_INSTANCE and CRYPTOBOT_RUN_DIR, and"
                        + " that this is the bot's user and container\n");
        assertThat(modeSwitch("--mode=status", "--timeout=300ms").exitCode()).isEqualTo(4);

        bot = ModeGate.open(controlFile, durable(), (mode, inFlight) -> {});
        assertThat(bot.mode()).isEqualTo(TradingMode.HALT);
    }

    @Test
    void printsJsonForScripts() throws IOException {
        JsonNode live = JsonSchemas.assertPublished(modeSwitch("--mode=live", "--reason=x", "--confirm=mybot", "--json")
                .out());
        Pass pass = bot.enter(ORDER, "XRPETH");
        assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
        CommandRun run = modeSwitch("--mode=paper", "--timeout=200ms", "--json");
        JsonNode paper = JsonSchemas.assertPublished(run.out());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(live.path("schema").asText()).isEqualTo("cryptobot.mode-switch/v1");
        assertThat(live.path("bot").asText()).isEqualTo("mybot");
        assertThat(live.path("previous").asText()).isEqualTo("paper");
        assertThat(live.path("mode").asText()).isEqualTo("live");
        assertThat(live.path("acknowledged").asBoolean()).isTrue();
        assertThat(live.path("exitCode").asInt(-1)).isZero();
        assertThat(paper.path("mode").asText()).isEqualTo("paper");
        assertThat(paper.path("drained").asBoolean(true)).isFalse();
        assertThat(paper.path("in_flight").asInt()).isEqualTo(1);
        assertThat(paper.path("waited_ms").asInt()).isGreaterThanOrEqualTo(200);
        assertThat(paper.path("exitCode").asInt()).isEqualTo(3);
    }

    @Test
    void noLiveTradingWithoutATraceButPaperAlways() throws IOException {
        goLive();
        modeSwitch("--mode=paper");
        Path file = Files.createFile(home.resolve("file"));
        environment.put("CRYPTOBOT_STATE_DIR", file.resolve("state").toString());

        CommandRun live = goLive();
        assertThat(live.exitCode()).isEqualTo(1);
        assertThat(live.out()).isEmpty();
        assertThat(live.err())
                .startsWith("× mode not set: ")
                .contains(file.toString())
                .endsWith("; check CRYPTOBOT_RUN_DIR and CRYPTOBOT_STATE_DIR and run this as the bot's user\n")
                .hasLineCount(1);
        assertThat(bot.mode()).isEqualTo(TradingMode.PAPER);

        CommandRun halt = modeSwitch("--mode=halt");
        assertThat(halt.exitCode()).isZero();
        assertThat(halt.err())
                .startsWith("‼ the switch took effect, but the audit log could not be written: ")
                .contains(file.toString())
                .hasLineCount(1);
        assertThat(bot.mode()).isEqualTo(TradingMode.HALT);
    }

    @Test
    void anUnusableRunDirectoryIsOneLine() throws IOException {
        Path file = Files.createFile(home.resolve("file"));
        environment.put("CRYPTOBOT_RUN_DIR", file.toString());

        assertThat(modeSwitch("--mode=paper"))
                .isEqualTo(
                        new CommandRun(
                                1,
                                "",
                                "× mode not set: run directory " + file
                                        + " is not a directory; check CRYPTOBOT_RUN_DIR and CRYPTOBOT_STATE_DIR and run this as the bot's user\n"));
    }

    @Test
    void anInvalidNameChangesNothingAndSaysWhatIsValid() {
        environment.put("CRYPTOBOT_INSTANCE", "../x");

        CommandRun run = modeSwitch("--mode=paper");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "× mode not set: CRYPTOBOT_INSTANCE: instance name must be 1 to 64 of a-z 0-9 - _ and begin with a letter or"
                                + " digit, was '../x'\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, 4096, 9000})
    void aDamagedControlFileMeansPaperAndTheBotFollowsAgain(int length) throws Exception {
        goLive();
        // The file is replaced, not rewritten, so that nothing of the old file remains mapped.
        Path garbage = home.resolve("garbage");
        Files.write(garbage, "x".repeat(length).getBytes(StandardCharsets.UTF_8));
        Files.move(garbage, controlFile, StandardCopyOption.REPLACE_EXISTING);
        awaitMode(TradingMode.PAPER);

        assertThat(modeSwitch("--mode=paper").exitCode()).isZero();
        assertThat(modeSwitch("--mode=halt").exitCode()).isZero();
        assertThat(bot.mode()).isEqualTo(TradingMode.HALT);
    }

    @Test
    void theSecondOfTwoSwitchesIsRefusedAndSaysWhy() throws Exception {
        goLive();
        Pass pass = bot.enter(ORDER, "XRPETH");
        assertThat(pass.mode()).isEqualTo(TradingMode.LIVE);
        CompletableFuture<CommandRun> first =
                CompletableFuture.supplyAsync(() -> modeSwitch("--mode=paper", "--timeout=20s"));
        awaitMode(TradingMode.PAPER);

        CommandRun second = goLive();

        assertThat(second)
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "× mode not set: 1 earlier live orders are still in flight; wait until they have ended; check with"
                                + " --mode=status\n"));
        assertThat(bot.mode()).isEqualTo(TradingMode.PAPER);
        bot.exit(pass);
        assertThat(first.get(30, TimeUnit.SECONDS).exitCode()).isZero();
    }

    @Test
    void refusesLiveSoonAfterAnotherSwitch() {
        environment.put("CRYPTOBOT_LIVE_COOLDOWN", "60m");
        modeSwitch("--mode=halt");

        CommandRun live = goLive();

        assertThat(live.exitCode()).isEqualTo(1);
        assertThat(live.err()).contains("live is allowed 3600 s after it");
        assertThat(bot.mode()).isEqualTo(TradingMode.HALT);
        assertThat(audit()).doesNotContain("\"mode\":\"live\"");
    }

    @Test
    void verifiesTheAuditLogAndFindsAChangedLine() throws Exception {
        goLive();
        modeSwitch("--mode=paper");
        CommandRun good = CommandRun.of(environment, "mode-audit", "verify");
        String head = good.out().strip().substring(good.out().strip().lastIndexOf(' ') + 1);
        Path log = home.resolve("state").resolve("mybot.mode-audit.jsonl");
        String text = Files.readString(log);

        assertThat(good.exitCode()).isZero();
        assertThat(good.out()).contains("3 lines, the chain holds");
        assertThat(CommandRun.of(environment, "mode-audit", "verify", "--expect-head=" + head)
                        .exitCode())
                .isZero();

        Files.writeString(log, text.replaceFirst("drill", "dance"));
        CommandRun changed = CommandRun.of(environment, "mode-audit", "verify");
        assertThat(changed.exitCode()).isEqualTo(1);
        assertThat(changed.out()).contains("× line 2 does not follow from the line before it");

        Files.writeString(log, text.substring(0, text.strip().lastIndexOf('\n') + 1));
        assertThat(CommandRun.of(environment, "mode-audit", "verify", "--expect-head=" + head)
                        .exitCode())
                .isEqualTo(1);
    }

    private void awaitMode(TradingMode mode) {
        Await.within(Duration.ofSeconds(10)).until("the bot is in mode " + mode, () -> bot.mode() == mode);
    }
}
