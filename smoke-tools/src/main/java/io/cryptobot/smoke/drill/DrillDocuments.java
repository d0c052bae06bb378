package io.cryptobot.smoke.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.cli.CheckReport;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.Redactor;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Drills as documents for other programs; the redactor removes secrets from causes and next steps. Stateless; thread-safe. */
public final class DrillDocuments {
    private DrillDocuments() {}

    /** {@return a JSON document of schema {@code cryptobot.drill/v1}} */
    public static String json(DrillSummary summary) {
        return document(summary).toPrettyString();
    }

    /** {@return the JSON document of one drill, on one line} */
    public static String jsonLine(DrillResult drill) {
        return document(new DrillSummary(List.of(drill))).toString();
    }

    private static ObjectNode document(DrillSummary summary) {
        ExitCode exitCode = summary.exitCode();
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("schema", "cryptobot.drill/v1")
                .put("tool", "telemetry-smoke")
                .put("result", result(exitCode))
                .put("exitCode", exitCode.code());
        summary.detection()
                .ifPresent(detection -> document.putObject("detectionMs")
                        .put("count", detection.count())
                        .put("min", detection.min().toMillis())
                        .put("median", detection.median().toMillis())
                        .put("max", detection.max().toMillis()));
        ArrayNode drills = document.putArray("drills");
        for (DrillResult drill : summary.drills()) {
            ObjectNode node = drills.addObject()
                    .put("bot", drill.bot())
                    .put("startedAt", drill.startedAt().toString())
                    .put("timeoutMs", drill.timeout().toMillis())
                    .put("result", result(drill.exitCode()))
                    .put("exitCode", drill.exitCode().code());
            drill.detection().map(Duration::toMillis).ifPresent(ms -> node.put("detectionMs", ms));
            CheckReport.addResults(node.putArray("hops"), drill.results());
        }
        return document;
    }

    private static String result(ExitCode exitCode) {
        return switch (exitCode) {
            case PASS -> "pass";
            case NOT_VERIFIABLE -> "accepted";
            case FAILED, USAGE, CONFIGURATION, TIMEOUT, INTERNAL, ORDERS_IN_FLIGHT, NOT_STORED, NO_STACK -> "fail";
        };
    }

    /** {@return a report in JUnit's format: a suite for each drill, a case for each check and stage} */
    public static String junit(DrillSummary summary) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            for (DrillResult drill : summary.drills()) {
                suite(xml, drill);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("text can always be written", e);
        }
        return text + "\n";
    }

    private static void suite(XMLStreamWriter xml, DrillResult drill) throws XMLStreamException {
        List<CheckResult> results = drill.results();
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "alert-demo " + drill.bot());
        xml.writeAttribute("timestamp", drill.startedAt().toString());
        xml.writeAttribute("tests", Integer.toString(results.size()));
        xml.writeAttribute(
                "failures",
                Long.toString(results.stream().filter(DrillDocuments::failed).count()));
        for (CheckResult result : results) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "alert-demo");
            xml.writeAttribute("name", result.id());
            xml.writeAttribute(
                    "time",
                    String.format(
                            Locale.ROOT, "%.3f", Math.max(0, result.duration().toMillis()) / 1000.0));
            if (failed(result)) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", plain(result.cause()));
                xml.writeCharacters("next: " + plain(result.nextStep()));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    /** The answer of a service may contain characters that are not allowed in XML. */
    private static String plain(String text) {
        return Redactor.redact(text).replaceAll("[^\\t\\n\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}]", "?");
    }

    private static boolean failed(CheckResult result) {
        return result.status() == Status.FAIL || result.status() == Status.TIMEOUT;
    }
}
