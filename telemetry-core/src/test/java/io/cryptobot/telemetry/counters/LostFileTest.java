package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.cryptobot.testing.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A counters file that cannot be used, or is lost while it is in use: counting continues in memory. */
class LostFileTest extends CountersFileFixture {
    private final RecordedLosses losses = new RecordedLosses();

    @Test
    void countsInMemoryWhileAnotherOwnerLivesAndTakesOverWhenItIsGone() throws Exception {
        CountersFile first = open();
        Slot firstSlot = first.register(FAILED);
        firstSlot.add(0, 10);
        try (CountersFile second = open(losses)) {
            Slot slot = second.register(FAILED);
            slot.add(0, 1);
            assertThat(losses.events)
                    .containsExactly(file() + " is in use by another running process; give this bot another"
                            + " CRYPTOBOT_INSTANCE or stop the other one");
            assertThat(value(FAILED)).isEqualTo(10);
            firstSlot.add(0, 1);
            first.close();
            beat(second, 20);
            assertThat(losses.events).last().isEqualTo("found");
            slot.add(0, 1);
            assertThat(value(FAILED)).as("11 of the first run, 2 of this one").isEqualTo(13);
        }
    }

    @Test
    void keepsAForeignFileAsideAndBeginsANewOne() throws Exception {
        Files.writeString(file(), "somebody's notes");
        open(losses).close();
        assertThat(directory.resolve("bot.counters.rejected")).hasContent("somebody's notes");
        assertThat(losses.events).isEmpty();
        assertThat(losses.putAside).containsExactly(file() + " has only 16 bytes");
        assertThat(errors().get(0).text()).isEqualTo(file() + " has only 16 bytes; put aside as bot.counters.rejected");
        assertThat(snapshot().owner().restarts()).isZero();
    }

    @Test
    void putsDirectoriesAsideTooWhateverIsThereAlready() throws Exception {
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            for (String what : List.of("directory", "file", "directory", "file")) {
                slot.add(0, 1);
                Files.delete(file());
                if (what.equals("file")) {
                    Files.writeString(file(), "notes");
                } else {
                    Files.createFile(Files.createDirectory(file()).resolve("inside"));
                }
                beat(counters, 21);
                assertThat(losses.events).last().as(what).isEqualTo("found");
            }
            assertThat(value(FAILED)).isEqualTo(4);
        }
        assertThat(directory.resolve("bot.counters.rejected/inside")).exists();
        assertThat(directory.resolve("bot.counters.rejected-2")).hasContent("notes");
        assertThat(directory.resolve("bot.counters.rejected-3/inside")).exists();
    }

    @Test
    void doesNotHangOnALockThatIsANamedPipe() throws Exception {
        Path lock = directory.resolve("bot.counters.lock");
        assertThat(ChildProcess.program("mkfifo", lock).run().exitCode()).isZero();
        try (CountersFile counters = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> open(losses))) {
            counters.register(FAILED).add(0, 1);
            Files.delete(lock);
            beat(counters, 20);
            assertThat(losses.events).containsExactly(lock + " is not a regular file", "found");
            assertThat(value(FAILED)).isEqualTo(1);
        }
    }

    @Test
    void takesTheCountsOfTheLastBeatToANewFileWhenItsOwnWasTruncated() throws Exception {
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 7);
            counters.beat();
            truncate(0);
            counters.beat();
            slot.add(0, 1);
            assertThat(slot.get(0)).isEqualTo(8);
            beat(counters, 20);
            slot.add(0, 1);
            assertThat(value(FAILED)).isEqualTo(9);
            assertThat(losses.events).containsExactly(file() + " was truncated while in use", "found");
        }
    }

    @Test
    void endsNeitherTheProcessNorTheCountWhenTheTruncatedFileIsTouchedBeforeTheBeat() throws Exception {
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            truncate(0);
            int done = 0;
            while (done < 20_000) {
                try {
                    while (done < 20_000) {
                        done++;
                        slot.add(0, 1);
                    }
                    LockSupport.parkNanos(1); // a safepoint: what is reported late is reported here
                } catch (InternalError e) {
                    continue; // the known limit that Slot documents
                }
            }
            counters.beat();
            long before = slot.get(0);
            slot.add(0, 1);
            assertThat(slot.get(0)).isEqualTo(before + 1);
            assertThat(losses.events).hasSize(1);
        }
    }

    @Test
    void keepsItsCountsWhenTheFileIsDeletedOrReplacedUnderIt() throws Exception {
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            Slot latency = counters.register(LATENCY);
            slot.add(0, 5);
            latency.add(1, 3);
            Files.delete(file());
            counters.beat();
            slot.add(0, 1);
            beat(counters, 20);
            assertThat(value(FAILED)).isEqualTo(6);
            assertThat(value(LATENCY)).isEqualTo(3);
            Files.move(Files.writeString(directory.resolve("x"), "other"), file(), StandardCopyOption.ATOMIC_MOVE);
            slot.add(0, 1);
            beat(counters, 21);
            assertThat(value(FAILED)).isEqualTo(7);
            assertThat(directory.resolve("bot.counters.rejected")).hasContent("other");
            assertThat(losses.events)
                    .containsExactly(
                            file() + " was deleted while in use",
                            "found",
                            file() + " was replaced while in use",
                            "found");
        }
    }

    @Test
    void takesItsCountsAlongWhenItClosesBeforeTheNextAttempt() throws Exception {
        Path moved = directory.resolveSibling(directory.getFileName() + "-moved");
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 5);
            Files.move(directory, moved);
            Files.createSymbolicLink(directory, directory); // leads nowhere
            counters.beat();
            slot.add(0, 1);
            Files.delete(directory);
            Files.move(moved, directory);
        }
        assertThat(value(FAILED)).isEqualTo(6);
        assertThat(snapshot().owner().cleanExit()).isTrue();
        assertThat(losses.events).containsExactly(file() + " cannot be reached any more", "found");
    }

    @Test
    void countsOnTopOfAnEarlierRunOnceTheDirectoryCanBeUsed() throws Exception {
        try (CountersFile first = open()) {
            first.register(FAILED).add(0, 100);
        }
        Path moved = directory.resolveSibling(directory.getFileName() + "-moved");
        Files.move(directory, moved);
        Files.writeString(directory, "in the way");
        try (CountersFile counters = open(losses)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 5);
            assertThat(losses.events).containsExactly("run directory " + directory + " is not a directory");
            beat(counters, 40);
            assertThat(losses.events).as("said once").hasSize(1);
            Files.delete(directory);
            Files.move(moved, directory);
            beat(counters, 20);
            assertThat(value(FAILED)).isEqualTo(105);
            slot.add(0, 1);
            assertThat(value(FAILED)).isEqualTo(106);
        }
    }
}
