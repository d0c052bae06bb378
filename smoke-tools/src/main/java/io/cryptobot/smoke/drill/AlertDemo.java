package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.cli.CheckReport;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.ReportFile;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs drills and prints their results. Confined to one thread, but for the signal that ends it. */
final class AlertDemo {
    private static final String NOT_SEEN =
            "‼ Slack accepted the message, which does not prove that a person sees it: Slack's webhooks"
                    + " cannot be read back, and another alert's message counts as well; look into #cryptobot-alerts";

    private final Session session;
    private final RunDirectory runDirectory;
    private final ChainAddresses addresses;
    private final AlertDemoOptions options;
    private final @Nullable Duration timeout;
    private final Format format;
    /** The running drill; written by the main thread, read by the thread of the signal. */
    private volatile @Nullable Drill current;

    /** The metrics of {@code --every}; written and read as {@link #current} is. */
    private volatile @Nullable DrillMetrics metrics;

    private volatile boolean interrupted;

    /** How results are printed. */
    enum Format {
        LINES,
        JSON
    }

    /** @param timeout timeout of each stage; null to compute it from the active settings */
    AlertDemo(
            Session session,
            ChainAddresses addresses,
            AlertDemoOptions options,
            @Nullable Duration timeout,
            Format format) {
        this.session = session;
        this.runDirectory = RunDirectory.from(session.environment());
        this.addresses = addresses;
        this.options = options;
        this.timeout = timeout;
        this.format = format;
    }

    ExitCode run() throws IOException, InterruptedException {
        // Ctrl-C too must remove the drill bot: its counters file would raise an alert again and again.
        Thread hook = new Thread(this::interrupt, "drill-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return options.every == null ? drills() : drillRepeatedly(options.every);
        } catch (IOException | RuntimeException e) {
            if (interrupted) {
                waitForTheEnd(); // the signal ended the bot in the middle of a stage: that is no failure to report
            }
            throw e;
        } finally {
            if (!interrupted) {
                try {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } catch (IllegalStateException e) {
                    // the signal came just now; the hook finds nothing left to do
                }
            }
        }
    }

    private ExitCode drills() throws IOException, InterruptedException {
        int count = options.repeat == null ? 1 : options.repeat;
        List<DrillResult> results = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            DrillResult result = drill(count == 1 && format == Format.LINES);
            results.add(result);
            if (count > 1 && format == Format.LINES) {
                printLine("drill " + number + " of " + count, result);
            }
        }
        DrillSummary summary = new DrillSummary(results);
        if (format == Format.JSON) {
            session.out().println(DrillDocuments.json(summary));
        } else if (count > 1) {
            session.out()
                    .println(summary.detection()
                            .map(times -> times.count() + " of " + count + " drills got to Slack: " + times)
                            .orElse("no drill got to Slack"));
        }
        session.out().flush();
        if (options.junit != null) {
            ReportFile.write("--junit", options.junit, DrillDocuments.junit(summary));
        }
        if (summary.exitCode() == ExitCode.NOT_VERIFIABLE) {
            session.err().println(NOT_SEEN);
            session.err().flush();
        }
        return summary.exitCode();
    }

    /** Repeats drills until it is stopped, also after a failed drill, which shows in the metrics and as an alert. */
    private ExitCode drillRepeatedly(Duration every) throws InterruptedException {
        ExitCode exitCode = ExitCode.PASS;
        try (DrillMetrics results = DrillMetrics.open(runDirectory)) {
            metrics = results;
            long next = System.nanoTime();
            for (int round = 1; options.rounds == null || round <= options.rounds; round++) {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                next += every.toNanos();
                DrillResult result = drillCatchingErrors();
                results.record(result);
                if (format == Format.JSON) {
                    session.out().println(DrillDocuments.jsonLine(result));
                    session.out().flush();
                } else {
                    printLine("drill " + round, result);
                }
                ExitCode code = result.exitCode();
                if (exitCode == ExitCode.PASS || exitCode == ExitCode.NOT_VERIFIABLE) {
                    exitCode = code == ExitCode.PASS ? exitCode : code;
                }
            }
        }
        return exitCode;
    }

    private DrillResult drillCatchingErrors() throws InterruptedException {
        try {
            return drill(false);
        } catch (IOException | CommandFailure e) {
            if (interrupted) {
                waitForTheEnd();
            }
            CheckResult failed = CheckResult.fail(
                    "bot", "the drill bot starts", String.valueOf(e.getMessage()), "check CRYPTOBOT_RUN_DIR");
            return new DrillResult("", Instant.now(), Duration.ZERO, DrillResult.Proof.ACCEPTED, List.of(failed));
        }
    }

    /** Prints every line at once, or none. */
    private DrillResult drill(boolean show) throws IOException, InterruptedException {
        Drill drill = new Drill(
                runDirectory, addresses, options.untilResolved ? Drill.Until.RESOLVED : Drill.Until.FIRING, timeout);
        current = drill;
        DrillResult result = drill.run(new Drill.Listener() {
            @Override
            public void checked(CheckResult check) {
                if (show && !interrupted) {
                    CheckReport.printLine(check, session.out());
                }
            }

            @Override
            public void passedStage(CheckResult stage) {
                if (show && !interrupted) {
                    CheckReport.printHop(stage, session.out());
                }
            }
        });
        if (interrupted) {
            waitForTheEnd();
        }
        current = null;
        return result;
    }

    /** Prints one line for a passed drill, and also the stage for a failed one. */
    private void printLine(String name, DrillResult result) {
        ExitCode exitCode = result.exitCode();
        boolean passed = exitCode == ExitCode.PASS || exitCode == ExitCode.NOT_VERIFIABLE;
        session.out()
                .println((passed ? "√ " : "× ") + name
                        + result.detection()
                                .map(time ->
                                        String.format(Locale.ROOT, ": Slack after %.2f s", time.toMillis() / 1000.0))
                                .orElse("")
                        + "  bot=" + result.bot());
        if (!passed) {
            result.results().stream()
                    .filter(each -> each.status() == Status.FAIL || each.status() == Status.TIMEOUT)
                    .forEach(each -> CheckReport.printHop(each, session.out()));
        }
        session.out().flush();
    }

    private void interrupt() {
        interrupted = true;
        Drill drill = current;
        if (drill == null) {
            session.err().println("interrupted");
        } else {
            session.err()
                    .println("interrupted; the drill bot is removed"
                            + drill.interrupt()
                                    .map(bot -> ", the alert of " + bot + " ends by itself")
                                    .orElse(", no order had failed"));
        }
        session.err().flush();
        DrillMetrics results = metrics;
        if (results != null) {
            results.close();
        }
    }

    private static void waitForTheEnd() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
