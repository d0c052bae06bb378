package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.AlertChain;
import io.cryptobot.smoke.chain.AlertChain.Failures;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.FailingBot;
import io.cryptobot.smoke.chain.NotificationCount;
import io.cryptobot.smoke.chain.OrderCounts;
import io.cryptobot.smoke.cli.CheckReport;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.exchange.ExchangeFault;
import io.cryptobot.smoke.exchange.SimulatedExchange;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The scenario of the demo on a local stack, one line per step: orders fail, people are alerted, and in paper mode no live
 * order follows. Confined to one thread.
 */
public final class Demo {
    private static final Duration STAGE_TIMEOUT = Duration.ofSeconds(30);
    /** The display names of programs. */
    private static final Map<String, String> PROGRAMS =
            Map.of("alertmanager", "Alertmanager", "prometheus", "Prometheus");

    private static final int HEALTHY_ORDERS = 40;
    private static final int FAILED_ORDERS = 4;
    private static final int PAPER_SECONDS = 3;

    private final LocalStack stack;
    private final Commands commands;
    private final PrintWriter out;
    private final PrintWriter progress;
    private final OrderCounts counts;

    /**
     * @param stack prepared, not started
     * @param commands runs this tool's other commands against the stack
     * @param out for the results
     * @param progress for the progress
     */
    public Demo(LocalStack stack, Commands commands, PrintWriter out, PrintWriter progress) {
        this.stack = stack;
        this.commands = commands;
        this.out = out;
        this.progress = progress;
        this.counts = new OrderCounts(RunDirectory.from(stack.environment()), stack.bot());
    }

    /** The command line of this tool. */
    @FunctionalInterface
    public interface Commands {
        /** {@return the exit code of a command that has printed its own output} */
        int run(String... arguments);
    }

    /** Ends the demo at the first failed step. */
    private static final class StageFailed extends Exception {
        private final ExitCode exitCode;

        StageFailed(ExitCode exitCode) {
            super(exitCode.name());
            this.exitCode = exitCode;
        }
    }

    /** Runs all steps; stops at the first failed one. */
    public ExitCode run() throws IOException, InterruptedException {
        progress("starting ");
        ChainAddresses addresses;
        try {
            addresses = stack.start(part -> progress(PROGRAMS.getOrDefault(part, part) + " … "));
        } catch (IOException | CommandFailure e) {
            progress("\n"); // an error gets its own line
            throw e;
        }
        progress("done\n");
        AlertChain chain = new AlertChain(addresses, new FailingBot(stack.bot(), OrderMode.LIVE), STAGE_TIMEOUT);
        try {
            heading("The stack, with the shipped configuration");
            show(addresses);
            show(chain.zeroSample());
            heading("The bot trades live");
            command("mode-switch", "--mode=live", "--reason=demo", "--confirm=" + stack.bot());
            show(healthyTrading());
            heading("The exchange breaks; seconds since the fourth failed order");
            double slackSeconds = followFailures(chain);
            heading("The person on call stops live trading");
            // 5: the orders that the broken exchange did not answer are unknown until they are reconciled
            command(Set.of(0, 5), "mode-switch", "--mode=paper");
            show(paperOnly());
            heading("The exchange works again; the bot gets a new client and reconciles its unknown orders");
            stack.exchange().setFault(ExchangeFault.NONE);
            command("exchange-client", "restart");
            show(unknownOrdersResolved());
            command("mode-switch", "--mode=status");
            command("mode-switch", "--mode=live", "--reason=exchange is back", "--confirm=" + stack.bot());
            show(healthyTrading());
            out.printf(
                    Locale.ROOT,
                    "%nPassed: the message was in Slack %.2f s after the fourth failed order, and no live order"
                            + " followed the switch to paper.%n",
                    slackSeconds);
            out.flush();
            return ExitCode.PASS;
        } catch (StageFailed e) {
            return e.exitCode;
        }
    }

    private CheckResult healthyTrading() throws IOException, InterruptedException {
        long wanted = counts.read(MetricCatalog.ORDERS_FILLED, OrderMode.LIVE) + HEALTHY_ORDERS;
        long filled = await(MetricCatalog.ORDERS_FILLED, wanted);
        SimulatedExchange exchange = stack.exchange();
        CheckResult result = new CheckResult(
                "trading",
                "orders are filled",
                filled >= wanted ? CheckResult.Status.PASS : CheckResult.Status.TIMEOUT,
                Duration.ZERO,
                filled >= wanted ? "" : stack.process("bot").diagnosis(),
                "",
                Map.of());
        return result.withEvidence("filled", Long.toString(filled))
                .withEvidence("symbol", exchange.symbol())
                .withEvidence("price", exchange.lastTrade().price().toPlainString())
                .withEvidence("market-trades", Long.toString(exchange.tradesReplayed()));
    }

    private double followFailures(AlertChain chain) throws IOException, InterruptedException, StageFailed {
        long failedBefore = counts.read(MetricCatalog.ORDERS_FAILED, OrderMode.LIVE);
        long wanted = failedBefore + FAILED_ORDERS;
        NotificationCount slackBefore = chain.slackNotifications();
        stack.exchange().setFault(ExchangeFault.UNAVAILABLE);
        long failed = await(MetricCatalog.ORDERS_FAILED, wanted);
        Instant start = Instant.now();
        if (failed < wanted) {
            show(CheckResult.fail("bot", "orders fail", stack.process("bot").diagnosis(), ""));
        }
        stage(CheckResult.pass("bot", "counted in the bot's file").withEvidence("failed", Long.toString(failed)));
        List<CheckResult> stages = new ArrayList<>();
        chain.follow(
                new Failures(wanted, failedBefore + AlertChain.FIRING_FROM, start, slackBefore),
                AlertChain.Pager.PAGED,
                result -> {
                    stages.add(result);
                    print(result);
                });
        for (CheckResult result : stages) {
            failIfNotPassed(result);
        }
        stage(sentry(start));
        CheckResult slack = stages.stream()
                .filter(result -> result.id().equals("slack"))
                .findFirst()
                .orElseThrow();
        return slack.duration().toMillis() / 1000.0;
    }

    private CheckResult sentry(Instant start) throws InterruptedException {
        String title = "Sentry has the bot's error";
        return stack.receivers()
                .awaitSentry(
                        event -> event.exceptionType().contains("OrderException")
                                && event.payload()
                                        .path("tags")
                                        .path("component")
                                        .asText()
                                        .equals("bot"),
                        STAGE_TIMEOUT)
                .map(event -> CheckResult.pass("sentry", title)
                        .withEvidence("event", event.eventId())
                        .took(Duration.between(start, event.receivedAt())))
                .orElseGet(() -> CheckResult.fail("sentry", title, "no event arrived", "look at " + stack.directory()));
    }

    private CheckResult paperOnly() throws IOException, InterruptedException {
        long liveBefore = stack.exchange().ordersReceived();
        long paperBefore = counts.read(MetricCatalog.ORDERS_FILLED, OrderMode.PAPER);
        TimeUnit.SECONDS.sleep(PAPER_SECONDS);
        long live = stack.exchange().ordersReceived() - liveBefore;
        long paper = counts.read(MetricCatalog.ORDERS_FILLED, OrderMode.PAPER) - paperBefore;
        CheckResult result = live == 0 && paper > 0
                ? CheckResult.pass("paper", "the bot trades on paper, the exchange receives nothing")
                : CheckResult.fail(
                        "paper",
                        "the bot trades on paper, the exchange receives nothing",
                        "live orders arrived, or the bot does not trade: "
                                + stack.process("bot").diagnosis(),
                        "smoke-tools/bin/mode-switch --mode=halt");
        return result.withEvidence("seconds", Integer.toString(PAPER_SECONDS))
                .withEvidence("paper-orders", Long.toString(paper))
                .withEvidence("live-orders-at-the-exchange", Long.toString(live));
    }

    private CheckResult unknownOrdersResolved() throws IOException, InterruptedException {
        String title = "the unknown orders are reconciled";
        long start = System.nanoTime();
        while (counts.unknownOrders() > 0 && System.nanoTime() - start < STAGE_TIMEOUT.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        long left = counts.unknownOrders();
        CheckResult result = left == 0
                ? CheckResult.pass("unknown", title)
                : CheckResult.fail("unknown", title, left + " orders are still unknown", "look at the exchange");
        return result.withEvidence("absent", Long.toString(counts.absentOrders()))
                .took(took);
    }

    private long await(MetricCatalog metric, long wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + STAGE_TIMEOUT.toNanos();
        long value = counts.read(metric, OrderMode.LIVE);
        while (value < wanted && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
            value = counts.read(metric, OrderMode.LIVE);
        }
        return value;
    }

    /** Runs a command as a person would, against this stack, with its own output. */
    private void command(String... arguments) throws StageFailed {
        command(Set.of(0), arguments);
    }

    private void command(Set<Integer> accepted, String... arguments) throws StageFailed {
        out.println("$ " + String.join(" ", arguments));
        int code = commands.run(arguments);
        if (!accepted.contains(code)) {
            out.println("× " + arguments[0] + " ended with exit code " + code);
            out.flush();
            throw new StageFailed(ExitCode.FAILED);
        }
    }

    private void show(ChainAddresses addresses) {
        out.println("√ exporter      " + addresses.exporter() + "/metrics");
        out.println("√ Prometheus    " + addresses.prometheus() + "/alerts");
        out.println("√ Alertmanager  " + addresses.alertmanager());
        out.println("√ receivers     " + addresses.receivers() + "  (local Slack, PagerDuty and Sentry)");
        out.println("√ files         " + stack.directory());
        out.flush();
    }

    private void show(CheckResult result) throws StageFailed {
        if (!stack.isClosed()) { // after Ctrl-C the parts are being ended, and a result means nothing
            CheckReport.printLine(result, out);
        }
        failIfNotPassed(result);
    }

    private void stage(CheckResult result) throws StageFailed {
        print(result);
        failIfNotPassed(result);
    }

    private void print(CheckResult result) {
        if (!stack.isClosed()) {
            CheckReport.printHop(result, out);
        }
    }

    private static void failIfNotPassed(CheckResult result) throws StageFailed {
        ExitCode exitCode = new CheckReport("demo", List.of(result)).exitCode();
        if (exitCode != ExitCode.PASS) {
            throw new StageFailed(exitCode);
        }
    }

    private void heading(String text) {
        out.println("\n" + text);
        out.flush();
    }

    private void progress(String text) {
        progress.print(text);
        progress.flush();
    }
}
