package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The last distinct errors in a counters file. */
class DistinctErrorLogTest extends CountersFileFixture {
    @Test
    void countsEqualErrorsAndKeepsThemOverARestart() throws Exception {
        try (CountersFile first = open()) {
            first.record("exchange refuses");
            nowMs = 2_000;
            first.record("exchange refuses");
            first.record("x".repeat(600) + "é");
        }
        nowMs = 3_000;
        try (CountersFile second = open()) {
            second.record("exchange refuses");
            assertThat(errors().get(0)).isEqualTo(new DistinctError("exchange refuses", 3, 1_000, 3_000));
            assertThat(errors().get(1).text()).hasSize(478).startsWith("xxx");
            for (int index = 0; index < 40; index++) {
                nowMs++;
                second.record("error " + index);
            }
            assertThat(errors()).hasSize(32);
            assertThat(errors().get(0).text()).isEqualTo("error 39");
        }
    }

    @Test
    void forgetsTheErrorThatWasSeenLongestAgoAlsoAfterARestart() throws Exception {
        try (CountersFile first = open()) {
            for (int index = 0; index < 32; index++) {
                nowMs++;
                first.record("error " + index);
            }
            nowMs++;
            first.record("error 0"); // first in the file, and the last one that was seen
        }
        try (CountersFile second = open()) {
            nowMs++;
            second.record("news");
            assertThat(errors())
                    .extracting(DistinctError::text)
                    .hasSize(32)
                    .startsWith("news", "error 0", "error 31")
                    .doesNotContain("error 1");
        }
    }

    @Test
    void countsAnErrorThatIsTooLongForItsEntryOverARestart() throws Exception {
        String refusal = "é".repeat(300); // 600 bytes
        for (int run = 0; run < 3; run++) {
            try (CountersFile counters = open()) {
                counters.record(refusal + run);
                counters.record(refusal + run);
            }
        }
        assertThat(errors()).containsExactly(new DistinctError("é".repeat(239), 6, 1_000, 1_000));
    }

    @Test
    void keepsTheReasonOfALossAmongTheErrorsOfTheNextFile() throws Exception {
        try (CountersFile counters = open()) {
            Files.delete(file());
            beat(counters, 21);
            assertThat(errors()).extracting(DistinctError::text).containsExactly(file() + " was deleted while in use");
        }
    }
}
