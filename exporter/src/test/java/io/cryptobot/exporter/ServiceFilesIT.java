package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the jar brings along for those who run it as a service, unpacked beside it as the unit's comment says. */
class ServiceFilesIT {
    private static final String UNIT = "cryptobot-exporter.service";

    @TempDir
    Path installed;

    private final String java = ChildProcess.javaCommand();

    @BeforeEach
    void install() throws IOException {
        Path jar = Files.copy(ExecutableJarIT.jar(), installed.resolve("exporter.jar"));
        try (JarFile packed = new JarFile(jar.toFile())) {
            for (String name : List.of("exporter.yml", "jvm.options", UNIT, "Dockerfile")) {
                try (InputStream entry = packed.getInputStream(packed.getJarEntry(name))) {
                    Files.copy(entry, installed.resolve(name));
                }
            }
        }
    }

    @Test
    void theUnitIsWhatSystemdUnderstands() throws Exception {
        assumeTrue(isInstalled("systemd-analyze"), "systemd-analyze (Debian's package systemd) is not installed");
        String unit = Files.readString(installed.resolve(UNIT));
        // the VM of this build, since that of the unit may be elsewhere on this machine
        Files.writeString(installed.resolve(UNIT), unit.replace("/usr/bin/java", java));
        assertThat(run("systemd-analyze", "verify", "./" + UNIT)).isEmpty();
        assertThat(run("systemd-analyze", "security", "--offline=true", "--threshold=20", "./" + UNIT))
                .contains("Overall exposure level");
    }

    @Test
    void theArchiveOfARehearsalIsUsedAtStart() throws Exception {
        run(java, "@jvm.options", "-XX:ArchiveClassesAtExit=exporter.jsa", "-jar", "exporter.jar", "rehearse");
        String start = run(
                java,
                "@jvm.options",
                "-XX:SharedArchiveFile=exporter.jsa",
                "-Xlog:class+load",
                "-jar",
                "exporter.jar",
                "check");
        assertThat(start.lines())
                .anyMatch(line ->
                        line.contains("io.cryptobot.exporter.ExporterConfiguration source: shared objects file"));
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** {@return what the program printed; it ended with 0} */
    private String run(String... command) {
        // A rehearsal that records an archive takes minutes on a machine that has other work.
        try (ChildProcess process =
                ChildProcess.program((Object[]) command).directory(installed).start()) {
            int exitCode = process.awaitExit(Duration.ofMinutes(5));
            assertThat(exitCode).as(process.output()).isZero();
            return process.output();
        }
    }
}
