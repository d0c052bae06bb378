package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.files.InstanceName;
import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A reader of files that are damaged, or whose writer was killed. */
class CountersReaderTest extends CountersFileFixture {
    @Test
    void takesTheRecordsThatWereWholeLastTimeFromAWriterThatWasKilledWithinAChange() throws Exception {
        try (CountersFile counters = open();
                CountersReader reader = CountersReader.open(file(), BOT)) {
            Slot slot = counters.register(FAILED);
            slot.add(0, 1);
            assertThat(reader.snapshot().series()).hasSize(1);
            overwrite(CountersFileLayout.GENERATION_OFFSET, 7); // odd
            overwrite(CountersFileLayout.descriptorOffset(0), CountersFileLayout.RETIRED);
            slot.add(0, 1);
            assertThat(reader.snapshot().series())
                    .singleElement()
                    .extracting(CountersSnapshot.Series::value)
                    .isEqualTo(2.0);
            assertThat(snapshot().series()).as("of a reader that comes later").isEmpty();
            overwrite(CountersFileLayout.GENERATION_OFFSET, 8);
            assertThat(reader.snapshot().series()).isEmpty();
        }
    }

    /** Large ones fill the exporter's memory twice, when it looks again while it still renders what it has seen. */
    @Test
    void readsTheRecordsThatAWriterLeftWithinAChangeOnce() throws Exception {
        try (CountersFile counters = open();
                CountersReader reader = CountersReader.open(file(), BOT)) {
            counters.register(FAILED);
            overwrite(CountersFileLayout.GENERATION_OFFSET, 7); // odd
            Descriptor first = reader.snapshot().series().get(0).descriptor();
            assertThat(reader.snapshot().series().get(0).descriptor()).isSameAs(first);
            overwrite(CountersFileLayout.GENERATION_OFFSET, -1);
            overwrite(CountersFileLayout.GENERATION_OFFSET + 4, -1); // no generation stands for "nothing read yet"
            assertThat(snapshot().series()).as("of a reader that comes later").hasSize(1);
        }
    }

    @Test
    void tellsTheReaderWhatIsWrongWithAFile() throws Exception {
        assertUnreadable(Reason.IO, "does not exist");
        Files.writeString(file(), "short");
        assertUnreadable(Reason.TRUNCATED, "has only 5 bytes");
        Files.writeString(file(), "x".repeat(Geometry.DEFAULT.fileLength()));
        assertUnreadable(Reason.FOREIGN, "is not a counters file");
        recreate();
        truncate(Geometry.DEFAULT.fileLength() - 1);
        assertUnreadable(Reason.TRUNCATED, "has 262143 bytes instead of 262144");
        recreate();
        overwrite(CountersFileLayout.VERSION_OFFSET, 99);
        assertUnreadable(Reason.VERSION, "has format version 99, this program knows 1");
        overwrite(CountersFileLayout.VERSION_OFFSET, 0);
        assertUnreadable(Reason.NOT_READY, "is still being created");
        recreate();
        overwrite(CountersFileLayout.INSTANCE_OFFSET, 7);
        assertUnreadable(Reason.CORRUPT, "has a damaged header (checksum)");
        recreate();
        assertThatThrownBy(() -> CountersReader.open(file(), new InstanceName("other")))
                .hasMessage(file() + " belongs to the bot 'bot', not to 'other'");
    }

    @Test
    void losesOnlyTheDamagedRecord() throws Exception {
        try (CountersFile counters = open()) {
            counters.register(FAILED).add(0, 1);
            counters.register(LATENCY);
        }
        overwrite(CountersFileLayout.descriptorOffset(0) + 60, 0x41414141);
        assertThat(snapshot().damagedRecords()).isEqualTo(1);
        assertThat(snapshot().series())
                .extracting(CountersSnapshot.Series::descriptor)
                .containsExactly(LATENCY);
    }

    @Test
    void answersWithASnapshotOrAReasonWhateverTheBytesAre() throws Exception {
        recreate();
        byte[] good = Files.readAllBytes(file());
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int readable = 0;
        for (int round = 0; round < 3_000; round++) {
            byte[] bad = good.clone();
            // most damage goes where something is: header, owner, the descriptors in use
            int reach = round % 4 == 0 ? bad.length : CountersFileLayout.descriptorOffset(3);
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bad[random.nextInt(reach)] = (byte) random.nextInt();
            }
            Files.write(file(), bad);
            try {
                snapshot().series().forEach(CountersSnapshot.Series::value);
                readable++;
            } catch (CountersFileException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining(file().toString());
            }
        }
        assertThat(readable).as("seed %d", seed).isPositive();
    }

    private void recreate() throws Exception {
        Files.deleteIfExists(file());
        try (CountersFile counters = open()) {
            counters.register(FAILED).add(0, 1);
            counters.register(LATENCY).add(1, 1);
        }
    }

    private void assertUnreadable(Reason reason, String what) {
        assertThatThrownBy(() -> CountersReader.open(file(), BOT))
                .hasMessage(file() + " " + what)
                .extracting(e -> ((CountersFileException) e).reason())
                .isEqualTo(reason);
    }
}
