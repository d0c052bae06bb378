package io.cryptobot.trading.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingFileTest {
    @TempDir
    Path directory;

    @Test
    void isPutAsideWhenItIsFullAndTheNewestAreKept() throws Exception {
        RollingFile file = new RollingFile(log(), 20, 2, Clock.systemUTC());
        for (int line = 0; line < 7; line++) {
            file.append(UTF_8.encode("line " + line + " of ten\n"));
        }
        assertThat(log()).hasContent("line 6 of ten");
        assertThat(names()).hasSize(3);
    }

    @Test
    void isPutAsideAtTheEndOfItsDay() throws Exception {
        Instant day = Instant.parse("2026-11-24T23:59:59Z");
        at(day).append(UTF_8.encode("first\n"));
        Files.setLastModifiedTime(log(), FileTime.from(day));
        at(day.plusSeconds(1)).append(UTF_8.encode("second\n"));
        assertThat(directory.resolve("orders.2026-11-24.1.log")).hasContent("first");
        assertThat(log()).hasContent("second");
    }

    @Test
    void isWrittenAgainASecondAfterSomebodyHasMovedItAway() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        try (RollingFile file = new RollingFile(log(), 1_000, 2, now::get)) {
            file.append(UTF_8.encode("one\n"));
            Files.move(log(), directory.resolve("moved"));
            file.append(UTF_8.encode("two\n"));
            now.set(now.get().plusSeconds(1));
            file.append(UTF_8.encode("three\n"));
        }
        assertThat(directory.resolve("moved")).hasContent("one\ntwo");
        assertThat(log()).hasContent("three");
    }

    @Test
    void aLineThatAKilledProcessHasBegunIsNotJoinedToTheNext() throws Exception {
        Files.writeString(log(), "whole\nha");
        RollingFile file = at(Instant.now());
        file.append(UTF_8.encode("one\n"));
        file.append(UTF_8.encode("two\n"));
        assertThat(log()).hasContent("whole\nha\none\ntwo\n");
    }

    /** The file size limit of a process simulates a full disk: only the first part is written. */
    @Test
    void nothingStaysOfLinesThatTheDiskTookInPart() throws Exception {
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -f 64 && exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        log().toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(FullDisk.REFUSED);
        assertThat(log()).hasContent("first\nlast\n");
    }

    /** Writes a line, then more than fits, and then another line. */
    static final class FullDisk {
        static final int REFUSED = 9;

        private FullDisk() {}

        public static void main(String[] args) throws IOException {
            RollingFile file = new RollingFile(Path.of(args[0]), 1_000_000, 2, Clock.systemUTC());
            file.append(UTF_8.encode("first\n"));
            boolean refused = false;
            try {
                file.append(UTF_8.encode("too long\n".repeat(10_000)));
            } catch (IOException e) {
                refused = true;
            }
            file.append(UTF_8.encode("last\n"));
            System.exit(refused ? REFUSED : 1);
        }
    }

    private RollingFile at(Instant time) {
        return new RollingFile(log(), 1_000, 2, Clock.fixed(time, ZoneOffset.UTC));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    private Path log() {
        return directory.resolve("orders.log");
    }
}
