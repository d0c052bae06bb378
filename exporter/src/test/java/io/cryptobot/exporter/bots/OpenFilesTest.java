package io.cryptobot.exporter.bots;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.TestBots;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.testing.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
    private static final InstanceName BOT = new InstanceName("bot");
    /** Offset of the mark that another file has taken this one's place. */
    private static final int SUPERSEDED = 272;

    @TempDir
    Path run;

    private int collections;
    private final OpenFiles files = new OpenFiles(Duration.ofSeconds(3), new ManualClock(), () -> collections++);

    @Test
    void keepsAFileMappedWhileItIsTheSame() throws Exception {
        Path file = counters();
        OpenFile first = files.open(BOT, file);
        assertThat(files.open(BOT, file)).isSameAs(first);
        replace(file);
        assertThat(files.open(BOT, file)).isNotSameAs(first);
        assertThat(files.open(BOT, file).heartbeat()).isSameAs(first.heartbeat());
        files.closeAllBut(Set.of());
    }

    @Test
    void keepsAFileThatIsMarkedAsReplacedAndStillHasItsName() throws Exception {
        Path file = counters();
        OpenFile first = files.open(BOT, file);
        TestBots.writeLong(run, BOT.value(), SUPERSEDED, 1);
        assertThat(files.open(BOT, file)).isSameAs(first);
        files.closeAllBut(Set.of());
    }

    @Test
    void asksForACollectionBeforeClosedMappingsPileUp() throws Exception {
        Path file = counters();
        files.open(BOT, file);
        for (int replaced = 1; replaced < OpenFiles.MAX_CLOSED_FILES; replaced++) {
            replace(file);
            files.open(BOT, file);
            files.unmapClosed();
        }
        assertThat(collections).isZero();
        files.closeAllBut(Set.of());
        files.unmapClosed();
        assertThat(collections).isEqualTo(1);
        files.unmapClosed();
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void asksForACollectionBeforeFewClosedMappingsHoldMuchMemory() throws Exception {
        TestBots.file(run, BOT.value(), new Geometry(4_000), () -> 1_000).close();
        Path file = TestBots.path(run, BOT.value());
        long length = Files.size(file);
        assertThat(length).isGreaterThan(OpenFiles.MAX_CLOSED_BYTES / OpenFiles.MAX_CLOSED_FILES);
        for (long closed = 0; closed < OpenFiles.MAX_CLOSED_BYTES; closed += length) {
            assertThat(collections).isZero();
            files.open(BOT, file);
            replace(file);
            files.closeAllBut(Set.of());
            files.unmapClosed();
        }
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void knowsNothingAboutTheHeartOfABotThatIsNotListedAnyMore() throws Exception {
        Path file = counters();
        Heartbeat first = files.open(BOT, file).heartbeat();
        files.closeAllBut(Set.of());
        files.forgetHeartbeatsOfAllBut(Set.of(BOT));
        assertThat(files.open(BOT, file).heartbeat()).isSameAs(first);
        files.closeAllBut(Set.of());
        files.forgetHeartbeatsOfAllBut(Set.of());
        assertThat(files.open(BOT, file).heartbeat()).isNotSameAs(first);
        files.closeAllBut(Set.of());
    }

    private Path counters() {
        TestBots.open(run, BOT.value()).close();
        return TestBots.path(run, BOT.value());
    }

    private void replace(Path file) throws Exception {
        Path copy = Files.copy(file, run.resolve("copy"));
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
