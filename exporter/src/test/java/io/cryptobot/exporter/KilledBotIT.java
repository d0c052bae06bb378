package io.cryptobot.exporter;

import static io.cryptobot.exporter.RunningExporter.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.OneJdk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OneJdk
class KilledBotIT {
    private static final String FAILED = "cryptobot_orders_failed_total{bot=\"victim\",mode=\"live\"}";
    private static final String UP = "cryptobot_up{bot=\"victim\"}";
    private static final int ENOUGH = 2_000;

    @TempDir
    Path run;

    @Test
    void losesNothingAndGoesOn() throws Exception {
        try (RunningExporter exporter = new RunningExporter(run)) {
            long first = killAfter(ENOUGH, exporter);
            double shown = value(exporter.page(), FAILED);
            // The kill can fall between the count and its line in the journal.
            assertThat(shown).isBetween((double) first, first + 1.0);
            String dead = exporter.pageOnce(page -> value(page, UP) == 0);
            assertThat(value(dead, FAILED)).isEqualTo(shown);
            assertThat(value(dead, "cryptobot_clean_exit{bot=\"victim\"}")).isZero();
            assertThat(dead).doesNotContain("cryptobot_telemetry_degraded{");

            long second = killAfter((long) shown + ENOUGH, exporter);
            String page = exporter.page();
            assertThat(value(page, FAILED)).isBetween((double) second, second + 1.0);
            assertThat(value(page, "cryptobot_restarts_total{bot=\"victim\"}")).isEqualTo(1);
            assertThat(value(page, "cryptobot_unclean_restarts_total{bot=\"victim\"}"))
                    .isEqualTo(1);
        }
    }

    /** {@return the last count that the bot acknowledged before SIGKILL} */
    private long killAfter(long count, RunningExporter exporter) throws IOException, InterruptedException {
        try (ChildProcess bot = TestBots.counting(run, "victim").piped().start();
                BufferedReader journal = bot.process().inputReader()) {
            long acknowledged = 0;
            boolean killed = false;
            for (String line = journal.readLine(); line != null; line = journal.readLine()) {
                acknowledged = Long.parseLong(line);
                if (acknowledged >= count && !killed) {
                    assertThat(value(exporter.pageOnce(page -> page.contains(FAILED)), UP))
                            .isEqualTo(1);
                    // Process.destroyForcibly would close the journal with its last lines.
                    bot.process().toHandle().destroyForcibly();
                    killed = true;
                }
            }
            assertThat(bot.process().waitFor()).isEqualTo(128 + 9);
            return acknowledged;
        }
    }
}
