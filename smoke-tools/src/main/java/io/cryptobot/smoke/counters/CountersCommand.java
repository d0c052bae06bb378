package io.cryptobot.smoke.counters;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.counters.CountersSnapshot;
import io.cryptobot.telemetry.counters.DistinctError;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Reads a bot's counters file in place, without exporter and Prometheus, also when the bot is not running. */
@Command(
        name = "counters",
        description = {
            "Shows what a bot has counted, straight from its counters file, of a running, stopped or crashed bot.",
            "The bot is the one named by CRYPTOBOT_INSTANCE (default: cryptobot-desktop)."
        })
public final class CountersCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Option(names = "--bot", paramLabel = "<name>", scope = ScopeType.INHERIT, description = "Name of another bot.")
    private @Nullable String bot;

    @Option(
            names = "--file",
            paramLabel = "<path>",
            scope = ScopeType.INHERIT,
            description = "Path of any counters file.")
    private @Nullable Path file;

    @Command(name = "show", description = "Prints the bot's state and all of its series.")
    int show() throws InterruptedException {
        try (CountersReader reader = open()) {
            CountersReport report = report(reader);
            report.printHeader(out());
            report.printSeries(out(), Map.of());
        } catch (CountersFileException e) {
            throw failure(e);
        }
        return ExitCode.PASS.code();
    }

    @Command(
            name = "watch",
            description = "Prints state and series every second with the rate per second, until Ctrl-C.")
    int watch(
            @Option(names = "--count", paramLabel = "<n>", description = "End after this many prints.") @Nullable
                    Integer count)
            throws InterruptedException {
        if (count != null && count < 1) {
            throw session.wrongUsage("--count must be >= 1, was " + count);
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(stopped::countDown, "counters-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        CountersReader reader = null;
        try {
            reader = open();
            Map<String, Double> before = Map.of();
            long beforeNanos = 0;
            for (int round = 0;
                    (count == null || round < count) && !out().checkError();
                    round++) { // until nobody reads
                if (round > 0 && stopped.await(1, TimeUnit.SECONDS)) {
                    break;
                }
                if (reader.isReplaced()) { // by a new run of the bot, with more room
                    CountersReader fresh = open();
                    reader.close();
                    reader = fresh;
                }
                CountersReport report = report(reader);
                long nowNanos = System.nanoTime();
                Map<String, Double> now = report.counts();
                report.printHeader(out());
                report.printSeries(out(), rates(before, now, (nowNanos - beforeNanos) / 1e9));
                out().println();
                before = now;
                beforeNanos = nowNanos;
            }
        } catch (CountersFileException e) {
            throw failure(e);
        } finally {
            if (reader != null) {
                reader.close();
            }
            removeHook(hook);
        }
        return ExitCode.PASS.code();
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Ctrl-C: the hook is running
        }
    }

    private static Map<String, Double> rates(Map<String, Double> before, Map<String, Double> now, double seconds) {
        Map<String, Double> rates = new HashMap<>();
        before.forEach((series, value) -> {
            Double later = now.get(series);
            if (later != null) {
                rates.put(series, Math.max(0, later - value) / seconds);
            }
        });
        return rates;
    }

    @Command(name = "dump", description = "Prints everything in the file, buckets and errors included, for a script.")
    int dump(
            @Option(names = "--json", required = true, description = "One JSON document, cryptobot.counters/v1.")
                    boolean json)
            throws InterruptedException {
        try (CountersReader reader = open()) {
            out().println(report(reader).json(reader.errors()).toPrettyString());
        } catch (CountersFileException e) {
            throw failure(e);
        }
        if (out().checkError()) {
            throw new CommandFailure(
                    ExitCode.FAILED, "the document could not be written to its end; is there room where it goes?");
        }
        return ExitCode.PASS.code();
    }

    @Command(name = "errors", description = "Prints the last distinct errors of the bot, the latest first.")
    int errors() {
        try (CountersReader reader = open()) {
            List<DistinctError> errors = reader.errors();
            for (DistinctError error : errors) {
                out().println(error.count() + " x  first " + time(error.firstMs()) + "  last " + time(error.lastMs())
                        + "  " + CountersReport.oneLine(error.text()));
            }
            if (errors.isEmpty()) {
                out().println("no errors");
            }
        } catch (CountersFileException e) {
            throw failure(e);
        }
        return ExitCode.PASS.code();
    }

    private static Instant time(long unixMs) {
        return Instant.ofEpochMilli(unixMs);
    }

    private CountersReader open() throws CountersFileException {
        if (file != null && bot != null) {
            throw session.wrongUsage("--file and --bot exclude each other");
        }
        if (file != null) {
            return CountersReader.open(file);
        }
        try {
            InstanceName instance = bot == null ? InstanceName.from(session.environment()) : new InstanceName(bot);
            return CountersReader.open(RunDirectory.from(session.environment()).countersFile(instance), instance);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    (bot == null ? "CRYPTOBOT_INSTANCE: " : "--bot: ")
                            + Redactor.redact(String.valueOf(e.getMessage())),
                    e);
        }
    }

    /** Reads the heartbeat twice, then takes a snapshot. */
    private CountersReport report(CountersReader reader) throws CountersFileException, InterruptedException {
        BotState state = BotState.of(reader);
        CountersSnapshot snapshot = reader.snapshot();
        return new CountersReport(reader.instance(), state, snapshot);
    }

    private PrintWriter out() {
        return session.out();
    }

    private CommandFailure failure(CountersFileException e) {
        String next = switch (e.reason()) {
            case IO ->
                "is the bot's name right (--bot), has it run since the last reboot, and may this user read"
                        + " CRYPTOBOT_RUN_DIR?";
            case OWNED -> "stop the other bot or give one of them another CRYPTOBOT_INSTANCE";
            case FOREIGN -> "name the right bot with --bot, or the right file with --file";
            case VERSION -> "use the cryptobot command of the same release as the bot";
            case TOO_LARGE -> "give the bot fewer series";
            case TRUNCATED, CORRUPT ->
                "a running bot makes a new file within seconds, a stopped one when it starts; what the file"
                        + " held is lost, Prometheus has it up to the last scrape";
            case NOT_READY -> "try again in a moment";
        };
        return new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() + "; " + next, e);
    }
}
