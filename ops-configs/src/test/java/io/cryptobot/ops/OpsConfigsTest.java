package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpsConfigsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path target;

    @Test
    void writesEveryFileOfTheTree() throws IOException {
        OpsConfigs.unpack(target.resolve("new/home"));

        List<Path> sources =
                Ops.files(Ops.SOURCE, "").stream().filter(Files::isRegularFile).toList();
        assertThat(sources).hasSizeGreaterThan(15);
        for (Path source : sources) {
            assertThat(target.resolve("new/home/ops").resolve(Ops.SOURCE.relativize(source)))
                    .hasSameBinaryContentAs(source);
        }
    }

    @Test
    void secondTimeChangesNothing() throws IOException {
        OpsConfigs.unpack(target);
        Path own = Files.writeString(target.resolve("ops/runbooks/Own.md"), "ours");

        OpsConfigs.unpack(target);

        assertThat(own).hasContent("ours");
    }

    @Test
    void refusesToOverwriteAndThenWritesNothing() throws IOException {
        Path edited = edited();

        assertThatThrownBy(() -> OpsConfigs.unpack(target))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("these files exist with other content: ops/prometheus/prometheus.yml");
        assertThat(edited).hasContent("ours");
        assertThat(target.resolve("ops/alertmanager")).doesNotExist();
    }

    @Test
    void overwritesWhenAsked() throws IOException {
        Path edited = edited();

        OpsConfigs.unpack(target, OpsConfigs.OnConflict.OVERWRITE);

        assertThat(edited).hasSameTextualContentAs(Ops.SOURCE.resolve("prometheus/prometheus.yml"));
    }

    @Test
    void programUnpacksAndSaysWhere() {
        assertThat(run(target.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(target.resolve("ops") + System.lineSeparator());
        assertThat(target.resolve("ops/prometheus/prometheus.yml")).exists();
    }

    @Test
    void programExplainsARefusalInOneLine() throws IOException {
        Path edited = edited();

        assertThat(run(target.toString())).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("ops-configs: nothing written to " + target
                        + ", these files exist with other content: ops/prometheus/prometheus.yml"
                        + " (--force overwrites them)" + System.lineSeparator());

        assertThat(run("--force", target.toString())).isZero();
        assertThat(edited).content().startsWith("# Valid for Prometheus");
    }

    @Test
    void programReportsAnUnusableDirectoryInOneLine() throws IOException {
        Path file = Files.createFile(target.resolve("file"));

        assertThat(run(file.toString())).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("ops-configs: cannot write to " + file + ": ");
    }

    @Test
    void programRejectsWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("a", "b")).isEqualTo(2);
        assertThat(run("--frce", "a")).isEqualTo(2);
        assertThat(run("--frce")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .last()
                .isEqualTo("ops-configs: expected a command or one directory, got [--frce] (see --help)");
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: java -jar ops-configs-<version>.jar");
    }

    private Path edited() throws IOException {
        Path file = target.resolve("ops/prometheus/prometheus.yml");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "ours");
    }

    private int run(String... args) {
        return OpsConfigs.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
    }
}
