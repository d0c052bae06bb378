package io.cryptobot.smoke.exchange;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the demo bot until it is stopped; the local stack starts it as the bot's process. */
@Command(
        name = "demo-bot",
        hidden = true,
        description = "Trades on a simulated exchange through the platform's modules until it is stopped.")
public final class DemoBotCommand implements Callable<Integer> {
    private static final int MAX_ORDERS_PER_SECOND = 1000;
    private static final long STOP_TIMEOUT_MS = 5_000;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Option(names = "--exchange", required = true, description = "Address of the simulated exchange.")
    private String exchange = "";

    @Option(names = "--symbol", required = true, description = "Market to trade.")
    private String symbol = "";

    @Option(names = "--orders-per-second", defaultValue = "20", description = "1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int ordersPerSecond;

    @Override
    public Integer call() {
        if (ordersPerSecond < 1 || ordersPerSecond > MAX_ORDERS_PER_SECOND) {
            throw session.wrongUsage("--orders-per-second must be 1 to 1000, was " + ordersPerSecond);
        }
        Thread trading = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        // SIGTERM and Ctrl-C close the bot, which sets the clean-exit flag: a crash does not set it.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(trading, ended), "demo-bot-stop"));
        try {
            new DemoBot(session.environment(), exchange, symbol, ordersPerSecond).run();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        } finally {
            ended.countDown();
        }
        return ExitCode.PASS.code();
    }

    private static void stop(Thread trading, CountDownLatch ended) {
        trading.interrupt();
        try {
            // Not a join: after this command the main thread waits in System.exit for the end of this very hook.
            var unused = ended.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
