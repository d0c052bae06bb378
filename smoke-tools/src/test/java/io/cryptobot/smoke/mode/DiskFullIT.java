package io.cryptobot.smoke.mode;

import static io.cryptobot.testing.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingShim;
import java.lang.ProcessBuilder.Redirect;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Neither the bot nor the tool can write a byte to any file: the kernel's limit of a file's length is 0 for both processes,
 * so that every write fails in the place where a full disk would fail it. Memory that is mapped already is not concerned.
 */
class DiskFullIT extends BotProcessFixture {
    @BeforeEach
    void startTheBot() {
        start(Bot.class);
        await("the bot is live", () -> goLive().exitCode() == 0);
    }

    @Test
    @Timeout(90)
    void paperAndHaltTakeEffectAndLiveIsRefusedWithOneLine() throws Exception {
        limitTheBot("0:");

        CommandRun halt = runWithoutDisk("--mode=halt", "--reason=disk full");
        assertThat(halt.exitCode()).as(halt.toString()).isEqualTo(6);
        assertThat(halt.out())
                .contains("√ mybot: LIVE → HALT, drained: the bot obeys", "‼ the disk still says live")
                .contains("next: check CRYPTOBOT_STATE_DIR, its space");
        assertThat(halt.err())
                .startsWith("‼ the switch took effect, but the audit log could not be written: ")
                .hasLineCount(1);

        CommandRun paper = runWithoutDisk("--mode=paper");
        assertThat(paper.exitCode()).as(paper.toString()).isEqualTo(6);
        assertThat(paper.out()).contains("√ mybot: HALT → PAPER, drained: the bot obeys");

        CommandRun live = runWithoutDisk("--mode=live", "--reason=too early", "--confirm=mybot");
        assertThat(live.exitCode()).as(live.toString()).isEqualTo(1);
        assertThat(live.out()).isEmpty();
        assertThat(live.err()).startsWith("× mode not set: ").hasLineCount(1);
        assertThat(modeSwitch("--mode=status").out()).contains("mybot: PAPER, drained");

        limitTheBot("unlimited:");
        await(
                "the bot has stored its mode by itself",
                () -> modeSwitch("--mode=status").exitCode() == 0);
        assertThat(modeSwitch("--mode=live", "--reason=mended", "--confirm=mybot")
                        .exitCode())
                .isZero();
    }

    /** @param limit the soft one, which can be raised again */
    private void limitTheBot(String limit) {
        ChildProcess.Result prlimit = ChildProcess.program("prlimit", "--pid", bot.pid(), "--fsize=" + limit)
                .run();
        assertThat(prlimit.exitCode()).as(prlimit.output()).isZero();
    }

    /** The tool as a process, which a shell has taken the right to write files from. */
    private CommandRun runWithoutDisk(String... options) throws Exception {
        ChildProcess.Builder command = ChildProcess.java(SmokeTools.class, "mode-switch")
                .prefix("sh", "-c", "ulimit -f 0; exec \"$@\"", "sh")
                .options("-XX:-UsePerfData")
                .arguments((Object[]) options)
                .environment(environment)
                .piped()
                .errors(Redirect.PIPE);
        try (ChildProcess tool = command.start()) {
            String out = new String(tool.process().getInputStream().readAllBytes(), UTF_8);
            String err = new String(tool.process().getErrorStream().readAllBytes(), UTF_8);
            return new CommandRun(tool.awaitExit(Duration.ofSeconds(30)), out, err);
        }
    }

    /** The bot's process: it does not even send orders. */
    static final class Bot {
        public static void main(String[] arguments) throws InterruptedException {
            TradingShim shim = shim(Path.of(arguments[0])).open(new EmptyExchange());
            new CountDownLatch(1).await();
            shim.close();
        }
    }

    private static final class EmptyExchange implements ExchangeClient {
        @Override
        public String name() {
            return "empty";
        }

        @Override
        public OrderAck place(OrderRequest request) {
            return new OrderAck(request.clientOrderId(), "1", OrderStatus.FILLED, request.quantity(), BigDecimal.ONE);
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) {}

        @Override
        public List<ClientOrderId> openOrders(String symbol) {
            return List.of();
        }

        @Override
        public List<OpenOrder> openOrders() {
            return List.of();
        }

        @Override
        public Ticker ticker(String symbol) {
            return new Ticker(symbol, BigDecimal.ONE, System.currentTimeMillis());
        }
    }
}
