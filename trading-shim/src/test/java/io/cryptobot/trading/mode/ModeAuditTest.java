package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModeAuditTest {
    @TempDir
    Path directory;

    private ModeAudit audit;
    private Path file;

    @BeforeEach
    void open() {
        audit = new ModeAudit(directory, new InstanceName("bot"));
        file = directory.resolve("bot.mode-audit.jsonl");
    }

    @Test
    void everyChangedRemovedOrInsertedLineShows() throws Exception {
        for (int line = 0; line < 5; line++) {
            audit.append(ModeAudit.Event.OUTCOME, TradingMode.PAPER, "reason " + line, "");
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(audit.verify().broken()).isEmpty();
        for (int index = 0; index < 4; index++) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(index, changed.get(index).replace("reason", "motive"));
            assertBroken(changed);
            List<String> removed = new ArrayList<>(lines);
            removed.remove(index);
            assertBroken(removed);
            List<String> inserted = new ArrayList<>(lines);
            inserted.add(index + 1, lines.get(index));
            assertBroken(inserted);
        }
    }

    @Test
    void aCutEndShowsByTheHeadThatWasNoted() throws Exception {
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.PAPER, "one", "");
        String first = audit.verify().head();
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.HALT, "two", "");
        String second = audit.verify().head();
        Files.write(file, Files.readAllLines(file).subList(0, 1));
        assertThat(audit.verify().broken()).isEmpty();
        assertThat(audit.verify().head()).isEqualTo(first).isNotEqualTo(second);
    }

    @Test
    void goesOnBehindALineWhoseWriterWasKilled() throws Exception {
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.PAPER, "one", "");
        Files.writeString(file, "{\"previous\":\"0123", StandardOpenOption.APPEND);
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.HALT, "two", "");
        ModeAudit.Verification found = audit.verify();
        assertThat(found.lines()).isEqualTo(3);
        assertThat(found.broken()).isEmpty();
        assertThat(found.notes()).containsExactly("line 2 is incomplete: its writer was killed");
    }

    @Test
    void anIntentWithoutAnOutcomeIsASwitchThatWasInterrupted() throws Exception {
        audit.append(ModeAudit.Event.INTENT, TradingMode.LIVE, "killed", "");
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.PAPER, "", "");
        audit.append(ModeAudit.Event.INTENT, TradingMode.LIVE, "again", "");
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.LIVE, "again", "");
        audit.append(ModeAudit.Event.INTENT, TradingMode.LIVE, "refused", "");
        audit.append(ModeAudit.Event.NOT_SET, TradingMode.LIVE, "refused", "");
        assertThat(audit.verify().notes())
                .containsExactly("line 1 is an intent without an outcome: that switch was interrupted; it is unknown"
                        + " whether it took effect");
    }

    @Test
    void theNextOutcomeTellsWhetherAnInterruptedSwitchTookEffect() throws Exception {
        audit.append(ModeAudit.Event.INTENT, TradingMode.LIVE, "killed after the switch", "");
        audit.append(ModeAudit.Event.RESOLVE, null, "", "order a1: filled");
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.PAPER, "", "exit code 0, from live, acknowledged true");
        audit.append(ModeAudit.Event.INTENT, TradingMode.LIVE, "killed before the switch", "");
        audit.append(ModeAudit.Event.INTENT, TradingMode.LIVE, "again \"from live\"", "");
        audit.append(ModeAudit.Event.OUTCOME, TradingMode.LIVE, "again", "exit code 0, from paper, acknowledged true");
        String interrupted = " is an intent without an outcome: that switch was interrupted; ";
        assertThat(audit.verify().notes())
                .containsExactly(
                        "line 1" + interrupted + "it took effect: the switch of line 3 found the bot live",
                        "line 4" + interrupted
                                + "it did not take effect, or not for long: the switch of line 6 found the bot in paper");
        assertThat(audit.verify().broken()).isEmpty();
    }

    @Test
    void noneIsAnEmptyChain() throws Exception {
        assertThat(audit.verify().lines()).isZero();
        assertThat(file).doesNotExist();
    }

    private void assertBroken(List<String> lines) throws Exception {
        Files.write(file, lines);
        assertThat(audit.verify().broken()).isNotEmpty();
    }
}
