package io.cryptobot.smoke.mode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingShim;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Neither the bot nor the tool can write a byte to any file: the kernel's limit of a file's length is 0 for both processes,
 * so that every write fails in the place where a full disk would fail it. Memory that is mapped already is not concerned.
 */
class DiskFullIT {
    private static final InstanceName BOT = new InstanceName("mybot");

    @TempDir
    Path home;

    private Map<String, String> environment;
    private Process bot;

    @BeforeEach
    void startTheBot() throws Exception {
        RunDirectory run = new RunDirectory(home.resolve("run"));
        run.create();
        environment = Map.of(
                "CRYPTOBOT_HOME", home.toString(),
                "CRYPTOBOT_RUN_DIR", run.path().toString(),
                "CRYPTOBOT_INSTANCE", BOT.value(),
                "CRYPTOBOT_LIVE_COOLDOWN", "1ms");
        bot = new ProcessBuilder(java(), "-cp", classPath(), Bot.class.getName(), home.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await(() -> run("--mode=live", "--reason=test", "--confirm=mybot").exitCode() == 0);
    }

    @AfterEach
    void stopTheBot() throws InterruptedException {
        bot.destroyForcibly().waitFor();
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
        assertThat(run("--mode=status").out()).contains("mybot: PAPER, drained");

        limitTheBot("unlimited:");
        await(() -> run("--mode=status").exitCode() == 0); // the bot has stored its mode by itself
        assertThat(run("--mode=live", "--reason=mended", "--confirm=mybot").exitCode())
                .isZero();
    }

    /** @param limit the soft one, which can be raised again */
    private void limitTheBot(String limit) throws Exception {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(bot.pid()), "--fsize=" + limit)
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }

    private CommandRun run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("mode-switch"));
        arguments.addAll(List.of(options));
        return CommandRun.of(environment, arguments.toArray(String[]::new));
    }

    /** The tool as a process, which a shell has taken the right to write files from. */
    private CommandRun runWithoutDisk(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 0; exec \"$@\"", "sh", java()));
        command.addAll(List.of("-XX:-UsePerfData", "-cp", classPath(), SmokeTools.class.getName(), "mode-switch"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process tool = builder.start();
        String out = new String(tool.getInputStream().readAllBytes(), UTF_8);
        String err = new String(tool.getErrorStream().readAllBytes(), UTF_8);
        return new CommandRun(tool.waitFor(), out, err);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The bot's process: it does not even send orders. */
    static final class Bot {
        public static void main(String[] arguments) throws InterruptedException {
            Path home = Path.of(arguments[0]);
            RunDirectory run = new RunDirectory(home.resolve("run"));
            Telemetry telemetry = Telemetry.open(new TelemetrySettings(BOT, run));
            TradingShim shim = TradingShim.open(
                    telemetry, new EmptyExchange(), run.controlFile(BOT), new CryptobotHome(home, Path.of("state")));
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
