package io.cryptobot.smoke.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.telemetry.Redactor;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * The results of one run of a tool, as lines for a person or as one JSON document of schema {@code cryptobot.smoke/v1} for a
 * script. Causes and next steps pass the redactor. Immutable.
 */
public record CheckReport(String tool, List<CheckResult> results) {
    private static final String SCHEMA = "cryptobot.smoke/v1";

    public CheckReport {
        results = List.copyOf(results);
    }

    /** {@return the first failure's code: 4 for a timeout, else 1} */
    public ExitCode exitCode() {
        for (CheckResult result : results) {
            if (result.status() == Status.TIMEOUT) {
                return ExitCode.TIMEOUT;
            }
            if (result.status() == Status.FAIL) {
                return ExitCode.FAILED;
            }
        }
        return ExitCode.PASS;
    }

    /** Prints one result, with cause and next step if there are any. */
    public static void printLine(CheckResult result, PrintWriter out) {
        String took = result.duration().isZero()
                ? ""
                : String.format(Locale.ROOT, "  (%.2f s)", result.duration().toMillis() / 1000.0);
        print(result, result.title() + evidence(result) + took, out);
    }

    /** Prints a stage of a chain, with the time since the start of the chain in front. */
    public static void printHop(CheckResult result, PrintWriter out) {
        print(
                result,
                String.format(
                        Locale.ROOT,
                        "%+6.2f s  %-13s %s%s",
                        result.duration().toMillis() / 1000.0,
                        result.id(),
                        result.title(),
                        evidence(result)),
                out);
    }

    private static void print(CheckResult result, String line, PrintWriter out) {
        out.println(result.status().sign() + " " + line);
        for (String value : result.evidence().values()) {
            if (isText(value)) {
                value.strip().lines().forEach(each -> out.println("    | " + PrintableLine.of(each)));
            }
        }
        if (!result.cause().isEmpty()) {
            out.println("    " + PrintableLine.of(Redactor.redact(result.cause())));
        }
        if (!result.nextStep().isEmpty()) {
            out.println("    next: " + PrintableLine.of(Redactor.redact(result.nextStep())));
        }
        out.flush();
    }

    private static String evidence(CheckResult result) {
        StringBuilder text = new StringBuilder();
        result.evidence().forEach((name, value) -> {
            if (!isText(value)) {
                text.append("  ").append(name).append('=').append(PrintableLine.of(value));
            }
        });
        return text.toString();
    }

    /** A text of several lines is printed below the line of its result. */
    private static boolean isText(String value) {
        return value.contains("\n");
    }

    public void printLines(PrintWriter out) {
        results.forEach(result -> printLine(result, out));
    }

    public void printJson(PrintWriter out) {
        printJson(out, exitCode());
    }

    /** Prints the document with the exit code of the command, if that is not the report's own. */
    public void printJson(PrintWriter out, ExitCode exitCode) {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("schema", SCHEMA)
                .put("tool", tool)
                .put("result", exitCode == ExitCode.PASS ? "pass" : "fail")
                .put("exitCode", exitCode.code());
        addResults(document.putArray("hops"), results);
        out.println(document.toPrettyString());
        out.flush();
    }

    /** Adds each result to a document, with causes and next steps redacted. */
    public static void addResults(ArrayNode hops, List<CheckResult> results) {
        for (CheckResult result : results) {
            ObjectNode hop = hops.addObject()
                    .put("id", result.id())
                    .put("title", result.title())
                    .put("status", result.status().name().toLowerCase(Locale.ROOT))
                    .put("durationMs", result.duration().toMillis())
                    .put("cause", Redactor.redact(result.cause()))
                    .put("hint", Redactor.redact(result.nextStep()));
            ObjectNode evidence = hop.putObject("evidence");
            result.evidence().forEach(evidence::put);
        }
    }
}
