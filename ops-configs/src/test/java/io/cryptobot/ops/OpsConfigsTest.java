package io.cryptobot.ops;

import static io.cryptobot.ops.MonitoringHost.runProgram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.ops.MonitoringHost.Result;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpsConfigsTest {

    @TempDir
    Path target;

    @Test
    void writesEveryFileOfTheTree() throws IOException {
        OpsConfigs.unpack(target.resolve("new/home"));

        assertIsTheTree(target.resolve("new/home/ops"));
    }

    static void assertIsTheTree(Path ops) {
        List<Path> sources =
                Ops.files(Ops.SOURCE, "").stream().filter(Files::isRegularFile).toList();
        assertThat(sources)
                .hasSizeGreaterThan(15)
                .allSatisfy(source ->
                        assertThat(ops.resolve(Ops.SOURCE.relativize(source))).hasSameBinaryContentAs(source));
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
        assertThat(runProgram(target.toString()))
                .isEqualTo(new Result(0, target.resolve("ops") + System.lineSeparator(), ""));
        assertThat(target.resolve("ops/prometheus/prometheus.yml")).exists();
    }

    @Test
    void programExplainsARefusalInOneLine() throws IOException {
        Path edited = edited();

        assertThat(runProgram(target.toString()).failure(ExitCode.FAILED))
                .isEqualTo("ops-configs: nothing written to " + target
                        + ", these files exist with other content: ops/prometheus/prometheus.yml"
                        + " (--force overwrites them)");

        runProgram("--force", target.toString()).succeeds();
        assertThat(edited).content().startsWith("# Valid for Prometheus");
    }

    @Test
    void programReportsAnUnusableDirectoryInOneLine() throws IOException {
        Path file = Files.createFile(target.resolve("file"));

        assertThat(runProgram(file.toString()).failure(ExitCode.FAILED))
                .startsWith("ops-configs: cannot write to " + file + ": ");
    }

    @Test
    void programRejectsWrongUsage() {
        runProgram().failure(ExitCode.USAGE);
        runProgram("a", "b").failure(ExitCode.USAGE);
        runProgram("--frce", "a").failure(ExitCode.USAGE);
        assertThat(runProgram("--frce").failure(ExitCode.USAGE))
                .isEqualTo("ops-configs: expected a command or one directory, got [--frce] (see --help)");
        assertThat(runProgram("--help").succeeds().out()).startsWith("Usage: java -jar ops-configs-<version>.jar");
    }

    private Path edited() throws IOException {
        Path file = target.resolve("ops/prometheus/prometheus.yml");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "ours");
    }
}
