package io.cryptobot.smoke.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CheckReportTest {
    @Test
    void whatAServiceHasAnsweredMovesNoTerminal() {
        StringWriter out = new StringWriter();

        CheckReport.printLine(
                CheckResult.fail("id", "title", "answered \u001b[2J\u0000 rubbish,\n√ token=canary", "look")
                        .withEvidence("name", "a\u001b[1Ab")
                        .withEvidence("text", "first\nsecond\u0007"),
                new PrintWriter(out));

        assertThat(out).hasToString("""
                × title  name=a?[1Ab
                    | first
                    | second?
                    answered ?[2J? rubbish, √ token=***
                    next: look
                """);
    }
}
