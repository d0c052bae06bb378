package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.chain.AlertChain;
import io.cryptobot.smoke.chain.AlertChain.Failures;
import io.cryptobot.smoke.chain.AlertChain.Pager;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.FailingBot;
import io.cryptobot.smoke.chain.NotificationCount;
import io.cryptobot.smoke.chain.Preflight;
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
 * Failed orders of a drill bot, followed to Slack. Before the first order fails, all that can be known of the chain is looked
 * at, above all that nobody will be paged. {@link #run} is confined to one thread; {@link #interrupt} may come from another.
 */
public final class Drill {
    private static final int FAILED_ORDERS = 4;

    private final RunDirectory runDirectory;
    private final ChainAddresses addresses;
    private final Until until;
    private final @Nullable Duration timeout;
    private @Nullable DrillBot bot;
    private boolean interrupted;

    /** Where a drill ends. */
    public enum Until {
        /** At the message that it fires. */
        FIRING,
        /** At the message that it is over, minutes later. */
        RESOLVED
    }

    /** Told of each result as it comes. */
    public interface Listener {
        /** A check before the first order fails; its duration is its own. */
        void checked(CheckResult check);

        /** A hop; its duration is the time since the last order failed. */
        void passedHop(CheckResult hop);
    }

    /** @param timeout how long each hop may take; null: what the settings in force need */
    public Drill(RunDirectory runDirectory, ChainAddresses addresses, Until until, @Nullable Duration timeout) {
        this.runDirectory = runDirectory;
        this.addresses = addresses;
        this.until = until;
        this.timeout = timeout;
    }

    /** Runs hop after hop and stops at the first that does not pass. */
    public DrillResult run(Listener listener) throws IOException, InterruptedException {
        Instant startedAt = Instant.now();
        List<CheckResult> results = new ArrayList<>();
        Consumer<CheckResult> check = result -> {
            results.add(result);
            listener.checked(result);
        };
        Consumer<CheckResult> hop = result -> {
            results.add(result);
            listener.passedHop(result);
        };
        Preflight preflight = new Preflight(addresses);
        String name = "";
        if (preflight.programs(check)) {
            try (DrillBot drillBot = open()) {
                name = drillBot.name().value();
                drillBot.start(timeout(preflight));
                follow(drillBot, preflight, check, hop);
            }
        }
        DrillResult.Proof proof =
                addresses.receivers() == null ? DrillResult.Proof.ACCEPTED : DrillResult.Proof.MESSAGE;
        return new DrillResult(name, startedAt, timeout(preflight), proof, results);
    }

    private void follow(DrillBot drillBot, Preflight preflight, Consumer<CheckResult> check, Consumer<CheckResult> hop)
            throws IOException, InterruptedException {
        FailingBot failing = new FailingBot(drillBot.name(), OrderMode.LIVE);
        AlertChain beforehand = new AlertChain(addresses, failing, timeout(preflight));
        CheckResult zero = beforehand.zeroSample();
        check.accept(zero);
        if (zero.status() != Status.PASS) {
            return;
        }
        Map<String, String> labels;
        NotificationCount slackBefore;
        try {
            labels = beforehand.seriesLabels();
            slackBefore = beforehand.slackNotifications();
        } catch (IOException e) {
            check.accept(CheckResult.fail(
                    "notifications",
                    "Alertmanager counts what it sends",
                    String.valueOf(e.getMessage()),
                    "look at " + addresses.alertmanager() + "/metrics"));
            return;
        }
        if (!preflight.alert(labels, check)) {
            return;
        }
        AlertChain chain = new AlertChain(addresses, failing, timeout(preflight)); // by now the route is known
        // The counter was seen just after a scrape: without a pause each drill would measure the longest way there is.
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current()
                .nextLong(1 + preflight.timing().scrape().toMillis()));
        drillBot.failOrders(FAILED_ORDERS);
        Instant start = Instant.now();
        hop.accept(CheckResult.pass("bot", "orders failed through the trading shim")
                .withEvidence("bot", drillBot.name().value())
                .withEvidence("failed", Integer.toString(FAILED_ORDERS)));
        boolean[] passed = {true};
        chain.follow(new Failures(FAILED_ORDERS, AlertChain.FIRING_FROM, start, slackBefore), Pager.SPARED, result -> {
            passed[0] &= result.status() == Status.PASS;
            hop.accept(result);
        });
        if (passed[0] && until == Until.RESOLVED) {
            hop.accept(chain.resolved(start, preflight.timing().resolution()));
        }
    }

    private Duration timeout(Preflight preflight) {
        return timeout == null ? preflight.timing().detection() : timeout;
    }

    private synchronized DrillBot open() {
        bot = new DrillBot(runDirectory);
        if (interrupted) {
            bot.close();
        }
        return bot;
    }

    /**
     * Ends the drill bot and removes its files, whatever {@link #run} is at.
     *
     * @return the drill bot whose alert may be under way; empty when no order has failed
     */
    public synchronized Optional<String> interrupt() {
        interrupted = true;
        if (bot == null) {
            return Optional.empty();
        }
        bot.close();
        return bot.isFailing() ? Optional.of(bot.name().value()) : Optional.empty();
    }

    /** Whether {@link #interrupt} was called: what {@link #run} says from then on is no result. */
    public synchronized boolean isInterrupted() {
        return interrupted;
    }
}
