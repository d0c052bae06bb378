package io.cryptobot.telemetry.sentry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final Spool.Limits LIMITS = new Spool.Limits(3, 100, Duration.ofHours(1));
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final List<String> problems = new ArrayList<>();

    @TempDir
    Path state;

    private Path directory;
    private Spool spool;

    @BeforeEach
    void open() {
        directory = state.resolve("sentry").resolve("bot");
        spool = open(NOW);
    }

    @AfterEach
    void close() {
        spool.close();
    }

    @Test
    void keepsTheOrderOverARestart() throws IOException {
        add(1, "first");
        add(2, "second");
        spool.remove(spool.first());
        spool.close();
        spool = open(NOW.minusSeconds(60)); // a clock that was set back
        add(3, "third");
        spool.close();
        spool = open(NOW);

        assertThat(drain()).containsExactly(id(2) + " second", id(3) + " third");
        assertThat(problems).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        add(1, "first");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(files())
                .singleElement()
                .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
    }

    @Test
    void closesADirectoryThatStoodOpenToOthers() throws IOException {
        spool.close();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        spool = open(NOW);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }

    @Test
    void takesNoMoreThanItsLimits() {
        assertThat(add(1, "x".repeat(99))).isTrue();
        assertThat(add(2, "xx")).as("bytes").isFalse();
        assertThat(add(3, "x")).isTrue();
        assertThat(add(4, "")).isTrue();
        assertThat(add(5, "")).as("events").isFalse();
        spool.remove(spool.first());
        assertThat(add(6, "x".repeat(99))).as("room again").isTrue();
    }

    @Test
    void countsWhatAnEarlierProcessLeftAgainstItsLimits() {
        add(1, "x".repeat(99));
        spool.close();
        spool = open(NOW);

        assertThat(add(2, "xx")).isFalse();
    }

    @Test
    void knowsWhatIsTooOld() {
        add(1, "old");
        spool.close();
        spool = open(NOW.plus(LIMITS.age()));
        assertThat(spool.isTooOld(spool.first())).isFalse();
        spool.close();
        spool = open(NOW.plus(LIMITS.age()).plusMillis(1));
        assertThat(spool.isTooOld(spool.first())).isTrue();
    }

    @Test
    void clearsUpAfterAWriteThatWasCutShort() throws IOException {
        spool.close();
        Files.writeString(directory.resolve("0000000000000007-1732475000000-" + id(7) + ".event.unfinished"), "{");
        Files.writeString(directory.resolve("notes.txt"), "somebody's own");
        spool = open(NOW);

        assertThat(spool.first()).isNull();
        assertThat(files()).extracting(file -> file.getFileName().toString()).containsExactly("notes.txt");
    }

    @Test
    void refusesToReadWhatItDidNotWrite() throws IOException {
        add(1, "first");
        Path file = files().get(0);
        Path secret = Files.writeString(state.resolve("secret"), "canary");
        Files.delete(file);
        Files.createSymbolicLink(file, secret);
        assertThatThrownBy(() -> spool.read(spool.first())).isInstanceOf(IOException.class);

        Files.delete(file);
        assertThatThrownBy(() -> spool.read(spool.first())).isInstanceOf(IOException.class);

        spool.close();
        Files.createFile(file); // what a power failure can leave
        spool = open(NOW);
        assertThatThrownBy(() -> spool.read(spool.first())).isInstanceOf(IOException.class);
    }

    @Test
    void keepsEventsInMemoryWhileTheDiskRefusesThem() throws IOException {
        Files.delete(directory);
        Files.createFile(directory);

        add(1, "first");
        add(2, "second");
        assertThat(problems).as("told once").singleElement().asString().contains(directory.toString());
        assertThat(spool.inMemory()).hasSize(2);
        Files.delete(directory);
        Files.createDirectory(directory);
        add(3, "third");

        assertThat(spool.inMemory()).hasSize(2);
        assertThat(drain()).containsExactly(id(1) + " first", id(2) + " second", id(3) + " third");
    }

    @Test
    void leavesADirectoryThatAnotherProcessOwnsAlone() {
        add(1, "first");
        Spool second = open(NOW);
        add(second, 2, "second");

        assertThat(problems).singleElement().asString().contains("in use by another running process");
        assertThat(second.inMemory()).hasSize(1);
        assertThat(spool.size()).isEqualTo(1);
    }

    private Spool open(Instant now) {
        return Spool.open(directory, LIMITS, Clock.fixed(now, ZoneOffset.UTC), problems::add);
    }

    private boolean add(int number, String content) {
        return add(spool, number, content);
    }

    private static boolean add(Spool spool, int number, String content) {
        return spool.add(id(number), content.getBytes(UTF_8));
    }

    private static String id(int number) {
        return "%032x".formatted(number);
    }

    private List<String> drain() throws IOException {
        List<String> events = new ArrayList<>();
        for (Spool.Entry entry = spool.first(); entry != null; entry = spool.first()) {
            events.add(entry.eventId() + " " + new String(spool.read(entry), UTF_8));
            spool.remove(entry);
        }
        return events;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
