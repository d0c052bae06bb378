package io.cryptobot.smoke.mode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.trading.command.Command;
import io.cryptobot.trading.command.CommandResult;
import org.junit.jupiter.api.Test;

/** What {@code mode-switch} and {@code exchange-client} print of the bot's report about the exchange. */
@OneJdk
class ExchangeOrdersCommandIT extends SwitchableBotFixture {
    @Test
    void ordersThatRemainAtTheExchangeAreListedAndExitCode5() throws Exception {
        goLive();
        report = new CommandResult.Builder()
                .add("open", 2)
                .add("order", "a-1 XRPETH")
                .add("order", "a-2 XRPETH");

        CommandRun paper = modeSwitch("--mode=paper");

        assertThat(paper.exitCode()).isEqualTo(5);
        assertThat(paper.out())
                .contains(
                        "√ mybot: LIVE → PAPER, drained",
                        "‼ at the exchange: 2 open live orders, 0 with",
                        "a-2 XRPETH");
        assertThat(asked).containsExactly(Command.OPEN_ORDERS);
        assertThat(modeSwitch("--mode=status").exitCode()).isEqualTo(5);
    }

    @Test
    void cancelsThroughTheBotAndReportsWhatIsConfirmed() throws Exception {
        goLive();
        report = new CommandResult.Builder()
                .add("cancelled", 3)
                .add("unconfirmed", 1)
                .add("open", 1)
                .add("order", "a-2 XRPETH")
                .add("problem", "a-2 XRPETH: timeout");

        CommandRun paper = modeSwitch("--mode=paper", "--open-orders=cancel-all");
        JsonNode halt = JsonSchemas.assertPublished(modeSwitch("--mode=halt", "--open-orders=cancel-entries", "--json")
                .out());

        assertThat(paper.exitCode()).isEqualTo(5);
        assertThat(paper.out())
                .contains("1 open live orders, 3 cancelled (confirmed), 1 asked to be cancelled but not confirmed")
                .contains("    a-2 XRPETH: timeout\n");
        assertThat(halt.path("cancelled").asInt()).isEqualTo(3);
        assertThat(halt.path("open_orders").get(0).asText()).isEqualTo("a-2 XRPETH");
        assertThat(asked).containsExactly(Command.CANCEL_ALL, Command.CANCEL_ENTRIES);
        assertThat(modeSwitch("--mode=paper", "--open-orders=cancel").exitCode())
                .isEqualTo(2);
    }

    @Test
    void ordersThatCannotBeListedAreNotTakenForNone() {
        report = new CommandResult.Builder().add("result", "failed").add("problem", "exchange refuses connections");

        CommandRun paper = modeSwitch("--mode=paper");

        assertThat(paper.exitCode()).isEqualTo(5);
        assertThat(paper.out()).contains("open live orders could not be listed: exchange refuses connections");
    }

    @Test
    void tellsOfTheExchangeClientAndRestartsIt() {
        report = new CommandResult.Builder()
                .add("result", "restarted")
                .add("client", 2)
                .add("since", "2026-11-24T00:00:00Z")
                .add("age_seconds", 0);
        assertThat(CommandRun.of(environment, "exchange-client", "restart"))
                .isEqualTo(
                        new CommandRun(0, "√ exchange client 2, in place for 0 s, since 2026-11-24T00:00:00Z\n", ""));
        report = new CommandResult.Builder().add("result", "failed").add("problem", "HTTP 503");
        assertThat(CommandRun.of(environment, "exchange-client", "restart"))
                .isEqualTo(new CommandRun(1, "× the old exchange client stays: HTTP 503\n", ""));
        assertThat(asked).containsExactly(Command.RESTART_CLIENT, Command.RESTART_CLIENT);
        commands.close();
        assertThat(CommandRun.of(environment, "exchange-client", "restart", "--timeout=100ms")
                        .exitCode())
                .isEqualTo(4);
    }
}
