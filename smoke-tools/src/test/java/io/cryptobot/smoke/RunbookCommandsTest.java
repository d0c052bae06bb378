package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingShim;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runbooks' questions to the order log, asked as they stand there, of a log that the shim has written. */
class RunbookCommandsTest {
    private static final InstanceName BOT = new InstanceName("mybot");
    private static final BigDecimal QUANTITY = new BigDecimal("12.5");

    @TempDir
    Path home;

    @Test
    void everyQuestionToTheOrderLogFindsWhatItAsksFor() throws Exception {
        tradeInEveryWay();
        List<String> commands = commands();
        assertThat(commands).hasSizeGreaterThanOrEqualTo(8);
        for (String command : commands) {
            ChildProcess.Result shell = ChildProcess.program("bash", "-o", "pipefail", "-c", command)
                    .directory(home)
                    .run();
            String answer = shell.output();
            assertThat(shell.exitCode()).as(command + "\n" + answer).isZero();
            // an order that succeeded has no reason; any other null is a field that the log does not have
            assertThat(answer.replace("\"reason\":null", ""))
                    .as(command)
                    .contains(named(command))
                    .doesNotContain("null");
        }
    }

    /** {@return what the answer must tell: the order or the reason that the question is about} */
    private static String named(String command) {
        if (command.contains("latency_ms > 750")) {
            return "SLOW";
        }
        if (command.contains("== \"unknown\"")) {
            return "mybot-lost";
        }
        return command.contains("reason") ? "insufficient_funds" : "mybot-poor";
    }

    private List<String> commands() throws IOException {
        Path directory = home.resolve("monitoring");
        OpsConfigs.unpack(directory);
        List<String> commands = new ArrayList<>();
        try (Stream<Path> runbooks = Files.list(directory.resolve("ops/runbooks"))) {
            for (Path runbook : runbooks.toList()) {
                Files.readAllLines(runbook).stream()
                        .map(String::strip)
                        .filter(line -> line.contains("ops/logs/order_processor.log | "))
                        .forEach(commands::add);
            }
        }
        return commands;
    }

    private void tradeInEveryWay() throws Exception {
        RunDirectory run = new RunDirectory(Files.createDirectory(home.resolve("run")));
        CryptobotHome directories = new CryptobotHome(home, home.resolve("state"));
        try (Telemetry telemetry = Telemetry.open(new TelemetrySettings(BOT, run));
                TradingShim shim = TradingShim.open(telemetry, new Exchange(), run.controlFile(BOT), directories)) {
            ModeSwitch toLive =
                    new ModeSwitch(run.controlFile(BOT), new DurableMode(directories.stateDirectory(), BOT));
            assertThat(toLive.change(TradingMode.LIVE, Duration.ofSeconds(10)).acknowledged())
                    .isTrue();
            for (String order : List.of("fine", "slow", "lost", "poor")) {
                send(shim.processor(), order);
            }
        }
    }

    private static void send(OrderProcessor processor, String order) {
        String symbol = "slow".equals(order) ? "SLOW" : "XRPETH";
        try {
            processor.process(OrderRequest.market(new ClientOrderId("mybot-" + order), symbol, Side.BUY, QUANTITY));
        } catch (OrderException | IllegalStateException e) {
            assertThat(order).isIn("lost", "poor");
        }
    }

    /** Has an answer of its own for each order. */
    private static final class Exchange implements ExchangeClient {
        @Override
        public String name() {
            return "exchange";
        }

        @Override
        public OrderAck place(OrderRequest request) throws OrderException {
            switch (request.clientOrderId().value()) {
                case "mybot-slow" -> sleep();
                case "mybot-lost" -> throw new IllegalStateException("connection reset");
                case "mybot-poor" -> throw new OrderException(FailureReason.INSUFFICIENT_FUNDS, "balance too low");
                default -> {}
            }
            return new OrderAck(request.clientOrderId(), "1", OrderStatus.FILLED, QUANTITY, BigDecimal.ONE);
        }

        private static void sleep() {
            try {
                TimeUnit.MILLISECONDS.sleep(800);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) {}

        @Override
        public List<ClientOrderId> openOrders(String symbol) {
            return List.of();
        }

        @Override
        public Ticker ticker(String symbol) {
            return new Ticker(symbol, BigDecimal.ONE, 0);
        }
    }
}
