package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.chain.AlertChain;
import io.cryptobot.smoke.chain.AlertChain.Failures;
import io.cryptobot.smoke.chain.AlertChain.Pager;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.FailingBot;
import io.cryptobot.smoke.chain.NotificationCount;
import io.cryptobot.smoke.chain.Preflight;
import io.cryptobot.smoke.chain.Preflight.Findings;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Failed orders of a drill bot, followed to Slack. Before the first order fails, {@link Preflight} checks the chain, above all
 * that nobody will be paged. {@link #run} is confined to one thread; {@link #interrupt} may come from another.
 */
public final class Drill {
    private static final int FAILED_ORDERS = 4;

    private final RunDirectory runDirectory;
    private final ChainAddresses addresses;
    private final Until until;
    private final @Nullable Duration timeout;
    private @Nullable DrillBot bot;
    private boolean interrupted;

    /** The message at which a drill ends. */
    public enum Until {
        /** The message that the alert fires. */
        FIRING,
        /** The message that the alert is resolved, minutes later. */
        RESOLVED
    }

    /** Gets each result when it is known. */
    public interface Listener {
        /** A check before the first order fails; its duration is its own. */
        void checked(CheckResult check);

        /** A stage; its duration is the time since the last order failed. */
        void passedStage(CheckResult stage);
    }

    /** @param timeout timeout of each stage; null to compute it from the active settings */
    public Drill(RunDirectory runDirectory, ChainAddresses addresses, Until until, @Nullable Duration timeout) {
        this.runDirectory = runDirectory;
        this.addresses = addresses;
        this.until = until;
        this.timeout = timeout;
    }

    /** Runs the stages in order and stops at the first that does not pass. */
    public DrillResult run(Listener listener) throws IOException, InterruptedException {
        Instant startedAt = Instant.now();
        List<CheckResult> results = new ArrayList<>();
        Consumer<CheckResult> check = result -> {
            results.add(result);
            listener.checked(result);
        };
        Consumer<CheckResult> stage = result -> {
            results.add(result);
            listener.passedStage(result);
        };
        Preflight preflight = new Preflight(addresses, check);
        Findings findings = preflight.programs();
        String name = "";
        if (findings.passed()) {
            try (DrillBot drillBot = open()) {
                name = drillBot.name().value();
                drillBot.start(timeout(findings));
                Optional<Beforehand> beforehand = lookBeforehand(drillBot, timeout(findings), check);
                if (beforehand.isPresent()) {
                    findings = preflight.alert(findings, beforehand.get().seriesLabels());
                    if (findings.passed()) {
                        failAndFollow(drillBot, findings, beforehand.get().slack(), stage);
                    }
                }
            }
        }
        DrillResult.Proof proof =
                addresses.receivers() == null ? DrillResult.Proof.ACCEPTED : DrillResult.Proof.MESSAGE;
        return new DrillResult(name, startedAt, timeout(findings), proof, results);
    }

    /** What Prometheus and Alertmanager report about the bot before its first order fails. */
    private record Beforehand(Map<String, String> seriesLabels, NotificationCount slack) {}

    private Optional<Beforehand> lookBeforehand(DrillBot drillBot, Duration stageTimeout, Consumer<CheckResult> check)
            throws InterruptedException {
        AlertChain chain = chain(drillBot, stageTimeout);
        CheckResult zero = chain.zeroSample();
        check.accept(zero);
        if (zero.status() != Status.PASS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Beforehand(chain.seriesLabels(), chain.slackNotifications()));
        } catch (IOException e) {
            check.accept(CheckResult.fail(
                    "notifications",
                    "Alertmanager counts what it sends",
                    String.valueOf(e.getMessage()),
                    "look at " + addresses.alertmanager() + "/metrics"));
            return Optional.empty();
        }
    }

    private void failAndFollow(
            DrillBot drillBot, Findings findings, NotificationCount slackBefore, Consumer<CheckResult> stage)
            throws InterruptedException {
        AlertChain chain = chain(drillBot, timeout(findings));
        // The counter was seen just after a scrape: without a pause each drill would measure the worst case.
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current()
                .nextLong(1 + findings.timing().scrape().toMillis()));
        drillBot.failOrders(FAILED_ORDERS);
        Instant start = Instant.now();
        stage.accept(CheckResult.pass("bot", "orders failed through the trading shim")
                .withEvidence("bot", drillBot.name().value())
                .withEvidence("failed", Integer.toString(FAILED_ORDERS)));
        boolean passed = chain.follow(
                new Failures(FAILED_ORDERS, AlertChain.FIRING_FROM, start, slackBefore), Pager.SPARED, stage);
        if (passed && until == Until.RESOLVED) {
            stage.accept(chain.resolved(start, findings.timing().resolution()));
        }
    }

    private AlertChain chain(DrillBot drillBot, Duration stageTimeout) {
        return new AlertChain(addresses, new FailingBot(drillBot.name(), OrderMode.LIVE), stageTimeout);
    }

    private Duration timeout(Findings findings) {
        return timeout == null ? findings.timing().detection() : timeout;
    }

    private synchronized DrillBot open() {
        bot = new DrillBot(runDirectory);
        if (interrupted) {
            bot.close();
        }
        return bot;
    }

    /**
     * Ends the drill bot and removes its files, at any moment of {@link #run}.
     *
     * @return the drill bot that may have raised an alert; empty when no order has failed
     */
    public synchronized Optional<String> interrupt() {
        interrupted = true;
        if (bot == null) {
            return Optional.empty();
        }
        bot.close();
        return bot.isFailing() ? Optional.of(bot.name().value()) : Optional.empty();
    }
}
