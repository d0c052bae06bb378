package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.exchange.Market;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.smoke.exchange.TradeTape;
import io.cryptobot.trading.paper.TradeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the whole chain once on this machine, with a check at every stage. */
@Command(
        name = "demo",
        description = {
            "Starts bot, exporter, Prometheus, Alertmanager and local receivers, breaks the simulated exchange, and"
                    + " follows the failed orders to the message in Slack; then switches to paper and proves that no live"
                    + " order follows.",
            "Uses free loopback ports, sends nothing anywhere else, and leaves nothing behind."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(2);

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Option(
            names = "--replay",
            paramLabel = "<file>",
            description =
                    "Public trades (Binance's trade CSV) that the simulated market follows; otherwise a random walk.")
    private @Nullable Path replay;

    @Option(names = "--seed", defaultValue = "1", description = "Of the random walk (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--keep", description = "Leave everything running at the end, until Ctrl-C.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = session.err();
        Programs programs = Programs.find(session.environment());
        Market market = market(err);
        PrintWriter out = session.out();
        LocalStack stack = LocalStack.prepare(programs, market, seed);
        StoppableCommands commands = new StoppableCommands(
                session.commandLine(stack.environment()).setOut(out).setErr(out)::execute);
        // Ctrl-C and SIGTERM end the processes too; the hook runs while the main thread is still in a stage.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(stack, commands, err), "demo-stop"));
        try {
            ExitCode exitCode = new Demo(stack, commands, out, err).run();
            if (keep) {
                err.println("Everything keeps running; Ctrl-C ends it. For the other commands:");
                stack.environment().forEach((name, value) -> err.println("  export " + name + "=" + value));
                waitForTheEnd();
            }
            return exitCode.code();
        } catch (IOException | CommandFailure e) {
            if (stack.isClosed()) {
                waitForTheEnd(); // Ctrl-C has ended the stack during a stage: this is not a failure
            }
            throw e;
        } finally {
            close(stack, err);
        }
    }

    private static void waitForTheEnd() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private Market market(PrintWriter err) throws IOException {
        if (replay == null) {
            return new RandomWalk(seed, System.currentTimeMillis());
        }
        try {
            TradeTape tape = TradeTape.open(replay);
            err.printf(
                    Locale.ROOT,
                    "replaying %,d trades of %s, %s to %s%n",
                    tape.summary().trades(),
                    tape.symbol(),
                    tape.summary().first(),
                    tape.summary().last());
            return tape;
        } catch (TradeFile.MalformedException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "--replay: there is no file " + replay, e);
        } catch (IOException e) {
            String why = Files.isDirectory(replay) ? "it is a directory" : e.toString();
            throw new CommandFailure(ExitCode.CONFIGURATION, "--replay: " + replay + " cannot be read: " + why, e);
        }
    }

    private static void interrupted(LocalStack stack, StoppableCommands commands, PrintWriter err) {
        if (!stack.isClosed()) {
            err.println("\nending bot, exporter, Prometheus and Alertmanager …");
            err.flush();
            try {
                commands.stop(COMMAND_PATIENCE); // a command that does not end must not leave processes behind
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        close(stack, err);
    }

    private static void close(LocalStack stack, PrintWriter err) {
        try {
            stack.close();
        } catch (IOException e) {
            err.println("‼ not everything could be removed: " + e.getMessage());
            err.flush();
        }
    }
}
