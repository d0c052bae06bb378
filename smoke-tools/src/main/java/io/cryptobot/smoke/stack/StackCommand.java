package io.cryptobot.smoke.stack;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.smoke.stack.BackgroundStack.Condition;
import io.cryptobot.smoke.stack.BackgroundStack.EndedPart;
import io.cryptobot.smoke.stack.BackgroundStack.PartStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the whole chain in the background, until it is stopped. */
@Command(
        name = "stack",
        description = {
            "Runs the whole chain on loopback in the background: demo bot, simulated exchange, exporter, Prometheus"
                    + " and Alertmanager with the shipped configuration, and local receivers for Slack, PagerDuty and"
                    + " Sentry.",
            "One stack for each user, recorded in CRYPTOBOT_STACK_DIR (default: ~/.local/state/cryptobot-stack).",
            "With --compose the same in containers, by the shipped compose file; neither stack can page anybody."
        })
public final class StackCommand {
    private static final String COMPOSE = "The stack in containers, by docker compose.";

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Command(
            name = "up",
            description = "Starts the stack and waits until each part answers; it then runs until stack down.",
            exitCodeList = {
                "0:the stack is up, or was up already",
                "1:a part did not come up, or a part of an earlier stack still runs; what was started is ended,"
                        + " containers stay, so that you can look at them",
                "3:a port is in use, a program is missing (with --compose: docker, its compose plugin or its daemon),"
                        + " or the directory is unusable; nothing was started"
            })
    int up(@Mixin StackPorts ports, @Option(names = "--compose", description = COMPOSE) boolean compose)
            throws IOException, InterruptedException {
        if (compose) {
            return composeUp();
        }
        ports.requirePorts();
        PrintWriter err = session.err();
        BackgroundStack stack = stack();
        Programs programs = Programs.find(session.environment());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> abort(stack), "stack-up-stop"));
        Progress progress = new Progress(err);
        boolean started;
        try {
            started = stack.up(programs, ports, progress::show);
        } finally {
            progress.endLine(); // an error gets its own line
        }
        PrintWriter out = session.out();
        out.println(started ? "√ the stack is up" : "√ the stack was up already, and stays as it is");
        print(stack.status(), out);
        out.flush();
        err.println("for the other commands: eval \"$(cryptobot stack env)\"; to end it: cryptobot stack down");
        err.flush();
        return ExitCode.PASS.code();
    }

    /** Prints the progress as one line. */
    private static final class Progress {
        private final PrintWriter err;
        private boolean begun;

        Progress(PrintWriter err) {
            this.err = err;
        }

        void show(String part) {
            err.print((begun ? " " : "starting ") + part + " …");
            err.flush();
            begun = true;
        }

        void endLine() {
            if (begun) {
                err.println();
                err.flush();
            }
        }
    }

    /** Ctrl-C during the start ends the parts that run already; after the start there is nothing to do. */
    private static void abort(BackgroundStack stack) {
        try {
            stack.abort();
        } catch (IOException e) {
            // stack down will find it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Command(
            name = "status",
            description = "Shows each part with its process, its address, and whether it answers.",
            exitCodeList = {
                "0:every part answers",
                "1:a part has ended or does not answer",
                "3:no stack is up, or its record is damaged; with --compose: docker is missing"
            })
    int status(
            @Option(names = "--json", description = "Print one JSON document, cryptobot.stack/v1.") boolean json,
            @Option(names = "--compose", description = COMPOSE) boolean compose)
            throws IOException, InterruptedException {
        if (compose) {
            return composeStatus(json);
        }
        BackgroundStack stack = stack();
        List<PartStatus> parts = stack.status();
        boolean isUp = parts.stream().allMatch(part -> part.condition() == Condition.UP);
        ExitCode code = parts.isEmpty() ? ExitCode.NO_STACK : isUp ? ExitCode.PASS : ExitCode.FAILED;
        PrintWriter out = session.out();
        if (json) {
            out.println(document(stack, parts, code).toPrettyString());
        } else if (parts.isEmpty()) {
            out.println(noStack(false));
        } else {
            print(parts, out);
        }
        out.flush();
        return code.code();
    }

    private static void print(List<PartStatus> parts, PrintWriter out) {
        for (PartStatus part : parts) {
            out.printf(
                    Locale.ROOT,
                    "%s %-13s %-16s pid %-8d %s%n",
                    part.condition() == Condition.UP ? "√" : "×",
                    part.name(),
                    part.condition().words(),
                    part.pid(),
                    part.address() == null ? "" : part.address());
        }
    }

    private static ObjectNode document(BackgroundStack stack, List<PartStatus> parts, ExitCode code) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("schema", "cryptobot.stack/v1")
                .put("directory", stack.directory().toString())
                .put("exitCode", code.code());
        ObjectNode environment = document.putObject("environment");
        stack.environment().orElse(Map.of()).forEach(environment::put);
        ArrayNode list = document.putArray("parts");
        for (PartStatus part : parts) {
            list.addObject()
                    .put("name", part.name())
                    .put("condition", part.condition().name().toLowerCase(Locale.ROOT))
                    .put("pid", part.pid())
                    .put(
                            "address",
                            part.address() == null ? null : part.address().toString());
        }
        return document;
    }

    @Command(
            name = "env",
            description = "Prints the variables with which the other commands work on the stack, for eval \"$(…)\".",
            exitCodeList = {"0:printed", "3:no stack is up"})
    int env(@Option(names = "--compose", description = COMPOSE) boolean compose) {
        Map<String, String> environment =
                compose ? composeStack().environment() : stack().environment().orElse(Map.of());
        if (environment.isEmpty()) {
            throw new CommandFailure(ExitCode.NO_STACK, noStack(compose));
        }
        PrintWriter out = session.out();
        environment.forEach((name, value) -> out.println("export " + name + "='" + value.replace("'", "'\\''") + "'"));
        out.flush();
        return ExitCode.PASS.code();
    }

    @Command(
            name = "down",
            description = "Ends every part that still runs and removes the stack's files, its data and logs too.",
            exitCodeList = {
                "0:nothing of the stack is left; or there was none",
                "1:a process could not be ended, or another stack command is under way",
                "3:the record is damaged; with --compose: docker is missing"
            })
    int down(@Option(names = "--compose", description = COMPOSE) boolean compose)
            throws IOException, InterruptedException {
        if (compose) {
            return composeDown();
        }
        List<EndedPart> ended = stack().down();
        PrintWriter out = session.out();
        boolean allEnded = true;
        for (EndedPart part : ended) {
            String process = part.name() + " (pid " + part.pid() + ")";
            out.println(
                    switch (part.ending()) {
                        case ENDED -> "√ " + process + " ended";
                        case WAS_GONE -> "√ " + process + " had ended before";
                        case STILL_RUNS -> "× " + process + " cannot be ended";
                    });
            allEnded &= part.ending() != BackgroundStack.Ending.STILL_RUNS;
        }
        if (ended.isEmpty()) {
            out.println("no stack is up");
        }
        out.flush();
        return (allEnded ? ExitCode.PASS : ExitCode.FAILED).code();
    }

    private int composeUp() throws IOException, InterruptedException {
        if (session.command().getParseResult().subcommand().matchedOptions().stream()
                .anyMatch(option -> option.longestName().endsWith("-port"))) {
            throw new CommandFailure(ExitCode.USAGE, "with --compose the ports are those of the compose file");
        }
        List<ComposeStack.Service> services = composeStack().up(this::tell);
        boolean isUp = services.stream().allMatch(ComposeStack.Service::isUp);
        PrintWriter out = session.out();
        out.println(isUp ? "√ the stack is up" : "× the stack is not complete");
        printServices(services, out);
        out.flush();
        tell("for docker compose: eval \"$(cryptobot stack env --compose)\"; to end it: cryptobot stack down"
                + " --compose");
        return (isUp ? ExitCode.PASS : ExitCode.FAILED).code();
    }

    private int composeStatus(boolean json) throws IOException, InterruptedException {
        if (json) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--json is for the stack without containers; else: docker compose ps --format=json");
        }
        List<ComposeStack.Service> services = composeStack().status();
        PrintWriter out = session.out();
        if (services.isEmpty()) {
            out.println(noStack(true));
            out.flush();
            return ExitCode.NO_STACK.code();
        }
        printServices(services, out);
        out.flush();
        return (services.stream().allMatch(ComposeStack.Service::isUp) ? ExitCode.PASS : ExitCode.FAILED).code();
    }

    private static void printServices(List<ComposeStack.Service> services, PrintWriter out) {
        for (ComposeStack.Service service : services) {
            out.println(String.format(
                            Locale.ROOT,
                            "%s %-13s %-20s %s",
                            service.isUp() ? "√" : "×",
                            service.name(),
                            service.condition(),
                            service.address())
                    .stripTrailing());
        }
    }

    private int composeDown() throws IOException, InterruptedException {
        boolean ended = composeStack().down(this::tell);
        PrintWriter out = session.out();
        out.println(
                ended
                        ? "√ containers, networks, volumes and images of " + ComposeStack.PROJECT + " are removed"
                        : "no stack is up");
        out.flush();
        return ExitCode.PASS.code();
    }

    private void tell(String line) {
        PrintWriter err = session.err();
        err.println(line);
        err.flush();
    }

    private static String noStack(boolean compose) {
        return "no stack is up; start one with: stack up" + (compose ? " --compose" : "");
    }

    private BackgroundStack stack() {
        return new BackgroundStack(session.environment());
    }

    private ComposeStack composeStack() {
        return new ComposeStack(session.environment());
    }
}
