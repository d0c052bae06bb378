package io.cryptobot.smoke.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.ExitCode;
import io.cryptobot.smoke.check.CheckResult.Status;
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
    private static final ObjectMapper JSON = new ObjectMapper();

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
                return ExitCode.HOP_FAILED;
            }
        }
        return ExitCode.PASS;
    }

    /** Prints one result; less when it is green, more when it is red. */
    public static void printLine(CheckResult result, PrintWriter out) {
        StringBuilder line =
                new StringBuilder().append(result.status().sign()).append(' ').append(result.title());
        result.evidence()
                .forEach((name, value) ->
                        line.append("  ").append(name).append('=').append(value));
        if (!result.duration().isZero()) {
            line.append(
                    String.format(Locale.ROOT, "  (%.2f s)", result.duration().toMillis() / 1000.0));
        }
        out.println(line);
        if (!result.cause().isEmpty()) {
            out.println("    " + Redactor.redact(result.cause()));
        }
        if (!result.nextStep().isEmpty()) {
            out.println("    next: " + Redactor.redact(result.nextStep()));
        }
        out.flush();
    }

    public void printLines(PrintWriter out) {
        results.forEach(result -> printLine(result, out));
    }

    public void printJson(PrintWriter out) {
        printJson(out, exitCode());
    }

    /** Prints the document with the exit code that the command ends with, where it is not the report's own. */
    public void printJson(PrintWriter out, ExitCode exitCode) {
        ObjectNode document = JSON.createObjectNode()
                .put("schema", SCHEMA)
                .put("tool", tool)
                .put("result", exitCode == ExitCode.PASS ? "pass" : "fail")
                .put("exitCode", exitCode.code());
        ArrayNode hops = document.putArray("hops");
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
        try {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of text and numbers is always JSON", e);
        }
        out.flush();
    }
}
