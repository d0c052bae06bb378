package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.FileTree;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingShim;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A temporary bot, {@code drill-…}, with its own counters and an exchange that refuses everything: no counter of a real bot
 * changes, and no order leaves this process. Its files are removed when it is closed. Thread-safe, so that it can be closed at
 * any time.
 */
final class DrillBot implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final RunDirectory runDirectory;
    private final InstanceName name;
    private @Nullable Telemetry telemetry;
    private @Nullable TradingShim shim;
    private boolean failing;
    private boolean closed;

    DrillBot(RunDirectory runDirectory) {
        this.runDirectory = runDirectory;
        // with the process id: two drills of the same second would share, and remove, each other's files
        this.name = new InstanceName("drill-" + Long.toString(Instant.now().getEpochSecond(), Character.MAX_RADIX) + "-"
                + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
    }

    InstanceName name() {
        return name;
    }

    /** Whether an order has failed, so that an alert may follow. */
    synchronized boolean isFailing() {
        return failing;
    }

    /**
     * Makes its files and switches it to live.
     *
     * @throws CommandFailure if it cannot write its counters, or does not acknowledge the mode
     */
    synchronized void start(Duration timeout) throws IOException, InterruptedException {
        requireOpen();
        sweep();
        // All files of the drill begin with its name, so that they can be found and removed.
        CryptobotHome home = new CryptobotHome(runDirectory.path().resolve(name + ".home"), runDirectory.path());
        telemetry = Telemetry.open(new TelemetrySettings(name, runDirectory));
        telemetry.degradedReason().ifPresent(reason -> {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, "the drill bot cannot count: " + reason + "; check CRYPTOBOT_RUN_DIR");
        });
        Path controlFile = runDirectory.controlFile(name);
        shim = TradingShim.open(telemetry, new RefusingExchange(), controlFile, home);
        ModeSwitch modeSwitch = new ModeSwitch(controlFile, new DurableMode(runDirectory.path(), name));
        if (!modeSwitch.change(TradingMode.LIVE, timeout).acknowledged()) {
            throw new CommandFailure(ExitCode.INTERNAL, "the drill bot does not obey its mode switch");
        }
    }

    /** Sends orders that are all refused. */
    synchronized void failOrders(int count) {
        requireOpen();
        if (shim == null) {
            throw new IllegalStateException("the drill bot is not started");
        }
        failing = true;
        ClientOrderIds ids = new ClientOrderIds("drill", System.currentTimeMillis());
        for (int order = 0; order < count; order++) {
            try {
                shim.processor().process(OrderRequest.market(ids.next(), "DRILL", Side.BUY, BigDecimal.ONE));
                throw new IllegalStateException("the refusing exchange has accepted an order");
            } catch (OrderException e) {
                // that is the drill
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the drill bot is closed");
        }
    }

    /** Removes the files of killed drills: of drill bots whose counters file no process owns. */
    private void sweep() throws IOException {
        if (!Files.isDirectory(runDirectory.path())) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(runDirectory.path(), "drill-*.counters")) {
            for (Path file : files) {
                try (OwnerLock unused = OwnerLock.acquire(file)) {
                    String bot = String.valueOf(file.getFileName());
                    removeFiles(bot.substring(0, bot.length() - ".counters".length()));
                } catch (OwnerLock.HeldException e) {
                    // another running drill
                }
            }
        }
    }

    /** Ends the bot and then removes its files; a running bot would create them again. Safe to call twice. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (shim != null) {
            shim.close();
        }
        if (telemetry != null) {
            telemetry.close();
        }
        try {
            removeFiles(name.value());
        } catch (IOException e) {
            // the next drill sweeps it away
        }
    }

    private void removeFiles(String bot) throws IOException {
        if (!Files.isDirectory(runDirectory.path())) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(runDirectory.path(), bot + ".*")) {
            for (Path file : files) {
                FileTree.delete(file); // another drill may sweep it too
            }
        }
    }

    /** Refuses every order; has no market data. */
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
