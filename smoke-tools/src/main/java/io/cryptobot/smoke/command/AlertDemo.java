package io.cryptobot.smoke.command;

import io.cryptobot.smoke.CommandFailure;
import io.cryptobot.smoke.ExitCode;
import io.cryptobot.smoke.chain.AlertChain;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.FailingBot;
import io.cryptobot.smoke.chain.NotificationCount;
import io.cryptobot.smoke.check.CheckResult;
import io.cryptobot.telemetry.CryptobotHome;
import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.OwnerLock;
import io.cryptobot.telemetry.RunDirectory;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingShim;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.mode.TradingMode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Failed orders of a drill bot, followed to Slack. The drill bot is a bot of its own, {@code drill-…}, with its own
 * counters and an exchange that refuses everything: no counter of a real bot moves, no order leaves this process, and
 * Alertmanager keeps drills off the pager. Its files are removed at the end. Confined to one thread.
 */
final class AlertDemo {
    private static final int FAILED_ORDERS = 4;

    private final RunDirectory runDirectory;
    private final ChainAddresses addresses;
    private final Duration hopTimeout;
    private final InstanceName drill =
            // with the process id: two drills of the same second would share, and remove, each other's files
            new InstanceName("drill-" + Long.toString(Instant.now().getEpochSecond(), Character.MAX_RADIX) + "-"
                    + ProcessHandle.current().pid());

    AlertDemo(RunDirectory runDirectory, ChainAddresses addresses, Duration hopTimeout) {
        this.runDirectory = runDirectory;
        this.addresses = addresses;
        this.hopTimeout = hopTimeout;
    }

    /** Runs hop after hop and stops at the first that fails; {@code show} gets each as it ends. */
    void run(Consumer<CheckResult> show) throws IOException, InterruptedException {
        sweep();
        // All that the drill leaves begins with its name, so that it is found and removed.
        CryptobotHome home = new CryptobotHome(runDirectory.path().resolve(drill + ".home"), runDirectory.path());
        // Ctrl-C too must leave no dead drill bot behind: its counters file would raise an alert for ever.
        Thread cleanUp = new Thread(this::removeFiles, "drill-clean-up");
        Runtime.getRuntime().addShutdownHook(cleanUp);
        TelemetrySettings settings = new TelemetrySettings(drill, runDirectory);
        try (Telemetry telemetry = Telemetry.open(settings)) {
            telemetry.degradedReason().ifPresent(reason -> {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION, "the drill bot cannot count: " + reason + "; check CRYPTOBOT_RUN_DIR");
            });
            Path controlFile = runDirectory.controlFile(drill);
            try (TradingShim shim = TradingShim.open(telemetry, new RefusingExchange(), controlFile, home)) {
                goLive(controlFile);
                follow(shim, show);
            }
        } finally {
            removeFiles();
        }
    }

    /** Removes what a drill that was killed has left behind: a drill bot whose counters file nobody owns any more. */
    private void sweep() throws IOException {
        if (!Files.isDirectory(runDirectory.path())) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(runDirectory.path(), "drill-*.counters")) {
            for (Path file : files) {
                try (OwnerLock unused = OwnerLock.acquire(file)) {
                    String name = String.valueOf(file.getFileName());
                    removeFiles(name.substring(0, name.length() - ".counters".length()));
                } catch (OwnerLock.HeldException e) {
                    // another drill, under way
                }
            }
        }
    }

    private void goLive(Path controlFile) throws IOException, InterruptedException {
        ModeSwitch modeSwitch = new ModeSwitch(controlFile, new DurableMode(runDirectory.path(), drill));
        if (!modeSwitch.change(TradingMode.LIVE, hopTimeout).acknowledged()) {
            throw new CommandFailure(ExitCode.INTERNAL, "the drill bot does not obey its mode switch");
        }
    }

    private void follow(TradingShim shim, Consumer<CheckResult> show) throws IOException, InterruptedException {
        AlertChain chain = new AlertChain(addresses, new FailingBot(drill, OrderMode.LIVE), hopTimeout);
        NotificationCount slackBefore;
        try {
            slackBefore = chain.slackNotifications();
        } catch (IOException e) {
            show.accept(CheckResult.fail(
                    "alertmanager",
                    "Alertmanager answers",
                    String.valueOf(e.getMessage()),
                    "start it, or name its address with --alertmanager"));
            return;
        }
        List<Hop> hops = List.of(
                start -> chain.zeroSample(),
                start -> {
                    failOrders(shim);
                    return CheckResult.pass("bot", "orders failed through the trading shim")
                            .withEvidence("bot", drill.value())
                            .withEvidence("failed", Integer.toString(FAILED_ORDERS));
                },
                start -> chain.exporter(FAILED_ORDERS, start),
                start -> chain.prometheus(AlertChain.FIRING_FROM, start),
                chain::rule,
                chain::alertmanager,
                start ->
                        addresses.receivers() == null ? chain.slackByCounters(slackBefore, start) : chain.slack(start));
        Instant start = Instant.now();
        for (Hop hop : hops) {
            CheckResult result = hop.run(start);
            show.accept(result);
            if (result.status() != CheckResult.Status.PASS) {
                return;
            }
            if (result.id().equals("bot")) {
                start = Instant.now();
            }
        }
    }

    private interface Hop {
        CheckResult run(Instant start) throws IOException, InterruptedException;
    }

    private static void failOrders(TradingShim shim) {
        ClientOrderIds ids = new ClientOrderIds("drill", System.currentTimeMillis());
        for (int order = 0; order < FAILED_ORDERS; order++) {
            try {
                shim.processor().process(OrderRequest.market(ids.next(), "DRILL", Side.BUY, BigDecimal.ONE));
                throw new IllegalStateException("the refusing exchange has accepted an order");
            } catch (OrderException e) {
                // that is the drill
            }
        }
    }

    private void removeFiles() {
        try {
            removeFiles(drill.value());
        } catch (IOException e) {
            // the next drill sweeps it away
        }
    }

    private void removeFiles(String bot) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(runDirectory.path(), bot + ".*")) {
            for (Path file : files) {
                removeAll(file);
            }
        }
    }

    private static void removeAll(Path file) throws IOException {
        try (Stream<Path> below = Files.walk(file)) {
            for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    /** Refuses every order; knows no market. */
    private static final class RefusingExchange implements ExchangeClient {
        @Override
        public String name() {
            return "drill";
        }

        @Override
        public OrderAck place(OrderRequest request) throws OrderException {
            throw new OrderException(FailureReason.REJECTED, "drill: every order is refused");
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) throws OrderException {
            throw new OrderException(FailureReason.REJECTED, "drill: there are no orders");
        }

        @Override
        public List<ClientOrderId> openOrders(String symbol) {
            return List.of();
        }

        @Override
        public Ticker ticker(String symbol) throws OrderException {
            throw new OrderException(FailureReason.NOT_SENT, "drill: there is no market");
        }
    }
}
