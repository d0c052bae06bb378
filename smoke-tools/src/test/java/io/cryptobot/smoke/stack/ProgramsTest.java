package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    @TempDir
    Path directory;

    private Path bin;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        bin = Files.createDirectory(directory.resolve("bin"));
        environment.put("PATH", directory.resolve("absent") + ":" + bin);
        environment.put(
                "CRYPTOBOT_EXPORTER_JAR",
                Files.createFile(directory.resolve("exporter.jar")).toString());
    }

    @Test
    void findsThemOnThePathByDebiansNames() throws IOException {
        Path prometheus = program("prometheus");
        Path alertmanager = program("prometheus-alertmanager");

        Programs programs = Programs.find(environment);

        assertThat(programs.prometheus()).isEqualTo(prometheus);
        assertThat(programs.alertmanager()).isEqualTo(alertmanager);
        assertThat(programs.exporterJar()).isEqualTo(directory.resolve("exporter.jar"));
        assertThat(programs.java()).isExecutable();
    }

    @Test
    void knowsAlertmanagerByItsOwnNameToo() throws IOException {
        program("prometheus");
        Path alertmanager = program("alertmanager");

        assertThat(Programs.find(environment).alertmanager()).isEqualTo(alertmanager);
    }

    @Test
    void variablesGoOverThePath() throws IOException {
        program("prometheus");
        program("prometheus-alertmanager");
        Path mine = program("my-prometheus");
        Path other = program("my-alertmanager");
        environment.put("CRYPTOBOT_PROMETHEUS", " " + mine + " ");
        environment.put("CRYPTOBOT_ALERTMANAGER", other.toString());

        Programs programs = Programs.find(environment);

        assertThat(programs.prometheus()).isEqualTo(mine);
        assertThat(programs.alertmanager()).isEqualTo(other);
    }

    @Test
    void namesAllThatIsMissingAndHowToPointToIt() {
        environment.put("CRYPTOBOT_EXPORTER_JAR", "/absent/exporter.jar");

        assertThat(missing())
                .isEqualTo("missing: prometheus (Debian: apt-get install prometheus; elsewhere set CRYPTOBOT_PROMETHEUS"
                        + " to the program); prometheus-alertmanager (Debian: apt-get install prometheus-alertmanager;"
                        + " elsewhere set CRYPTOBOT_ALERTMANAGER to the program);"
                        + " CRYPTOBOT_EXPORTER_JAR=/absent/exporter.jar (not a file)");
    }

    @Test
    void doesNotFallBackFromAVariableThatIsWrong() throws IOException {
        program("prometheus");
        program("prometheus-alertmanager");
        Path text = Files.createFile(directory.resolve("notes.txt"));
        environment.put("CRYPTOBOT_PROMETHEUS", text.toString());
        environment.put("CRYPTOBOT_ALERTMANAGER", bin.toString());

        assertThat(missing())
                .isEqualTo("missing: CRYPTOBOT_PROMETHEUS=" + text + " (not an executable file);"
                        + " CRYPTOBOT_ALERTMANAGER=" + bin + " (not an executable file)");
    }

    @Test
    void passesOverAFileOnThePathThatIsNotAProgram() throws IOException {
        program("prometheus-alertmanager");
        Files.createFile(bin.resolve("prometheus"));

        assertThat(missing()).startsWith("missing: prometheus (").doesNotContain("alertmanager");
    }

    private String missing() {
        CommandFailure failure = catchThrowableOfType(CommandFailure.class, () -> Programs.find(environment));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        return String.valueOf(failure.getMessage());
    }

    private Path program(String name) throws IOException {
        return Files.createFile(
                bin.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
