package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with an installation of its own. */
class LauncherIT {
    private static final int ZEROS = 1_000_000;

    @TempDir
    Path module;

    private Path target;
    private String recording = "on";

    @BeforeEach
    void install() throws IOException {
        target = Files.createDirectory(module.resolve("target"));
        Files.createDirectory(module.resolve("bin"));
        Files.copy(Path.of("bin", "cryptobot"), module.resolve("bin/cryptobot"));
        try (Stream<Path> jars = Files.list(Path.of("target"))) {
            Path jar = jars.filter(file -> file.toString().endsWith("-all.jar"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(jar, target.resolve(String.valueOf(jar.getFileName())));
        }
        assertThat(module.resolve("bin/cryptobot").toFile().setExecutable(true)).isTrue();
        // The launcher records at low priority, which gets almost no time beside other tests: here it is an ordinary
        // process.
        Path nice = Files.createDirectory(module.resolve("path")).resolve("nice");
        Files.writeString(nice, "#!/bin/sh\nexec \"$@\"\n");
        assertThat(nice.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void recordsAnArchiveOnceAndSurvivesADamagedOrForeignOne() throws Exception {
        assertPrintsItsVersionAlone();
        Path archive = awaitArchive();
        FileTime recorded = Files.getLastModifiedTime(archive);
        assertPrintsItsVersionAlone();
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(recorded);
        assertThat(classesFrom(archive)).contains("io.cryptobot.smoke.SmokeTools source: shared objects file (top)");

        // cut short, it would crash Java 17
        assertThat(archive.toFile().setWritable(true)).isTrue();
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
            file.setLength(file.length() / 4);
        }
        recording = "off";
        assertPrintsItsVersionAlone();
        recording = "on";
        assertPrintsItsVersionAlone();
        assertThat(awaitArchive()).isEqualTo(archive);

        recording = "off";
        damage(archive);
        assertPrintsItsVersionAlone();
        Path size = archive.resolveSibling(archive.getFileName() + ".size");
        for (String content : List.of("not an archive", "")) {
            Files.writeString(archive, content);
            Files.writeString(size, content.length() + "\n");
            assertPrintsItsVersionAlone();
        }
    }

    @Test
    void startsWhereNoArchiveCanBeMade() throws Exception {
        Files.createFile(target.resolve("cds")); // a file in the directory's place: also root cannot write there

        assertPrintsItsVersionAlone();
        assertThat(target.resolve("cds")).isRegularFile();
    }

    private void assertPrintsItsVersionAlone() throws IOException, InterruptedException {
        assertThat(run(List.of(module.resolve("bin/cryptobot").toString(), "--version")))
                .matches("cryptobot \\S+\n");
    }

    private Path awaitArchive() {
        return Await.within(Duration.ofMinutes(3))
                .untilValue(
                        "an archive, and nothing else, is in " + target.resolve("cds"),
                        this::archive,
                        Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Path> archive() throws IOException {
        try (Stream<Path> files = Files.list(target.resolve("cds"))) {
            List<Path> found = files.sorted().toList();
            boolean complete = found.size() == 2 // not the lock, nor one under way
                    && found.get(1).toString().equals(found.get(0) + ".size")
                    && Files.readString(found.get(1)).strip().equals(Long.toString(Files.size(found.get(0))));
            return complete ? Optional.of(found.get(0)) : Optional.empty();
        }
    }

    /** What the launcher's java says of the classes that it loads. */
    private String classesFrom(Path archive) throws IOException, InterruptedException {
        Path launcher = module.resolve("bin/traced");
        Files.writeString(
                launcher,
                Files.readString(module.resolve("bin/cryptobot"))
                        .replace("exec \"$java\"", "exec \"$java\" -Xlog:class+load"));
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        assertThat(archive).exists();
        return run(List.of(launcher.toString(), "--version"));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        ChildProcess.Result result = ChildProcess.program(command.toArray())
                .environment("CRYPTOBOT_ARCHIVE", recording)
                .environment("PATH", module.resolve("path") + ":" + System.getenv("PATH"))
                .run();
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    /** Of the right size and with the right header, but with zeros inside. */
    private static void damage(Path archive) throws IOException {
        assertThat(archive.toFile().setWritable(true)).isTrue();
        try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
            file.seek(file.length() - 2 * ZEROS);
            file.write(new byte[ZEROS]);
        }
        Files.setLastModifiedTime(archive, FileTime.from(Instant.now()));
    }
}
