package io.cryptobot.smoke.sentry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.smoke.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProductionEnvTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", System.getenv("PATH"), "GIT_DIR", "/nowhere");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "A=plain | plain",
                "export A=plain | plain",
                "  A=plain   | plain",
                "A= | ``",
                "A= # comment | ``",
                "A=a#b | a#b",
                "A=a # b | a",
                "A=x=y | x=y",
                "A='it is $(rm) `#`' | it is $(rm) `#`",
                "A='x' # comment | x",
                "A=\"a # b\" | a # b",
                "A=\"q\\\"q \\\\ \\$x\" | q\"q \\ $x",
            })
    void readsOneValue(String line, String expected) throws Exception {
        assertThat(read(line).values()).containsExactly(Map.entry("A", expected));
    }

    @Test
    void keepsTheOrderAndSkipsCommentsAndWindowsLineEnds() throws Exception {
        assertThat(read("# first\r\n\r\nB=1\r\n  # note\r\nA=\"2\\n3\"\r\n").values())
                .containsExactly(Map.entry("B", "1"), Map.entry("A", "2\n3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$(git rev-parse --short HEAD)",
                "\"$(git rev-parse --short HEAD)\"",
                "$( git rev-parse --short HEAD ) # comment"
            })
    void asksGitForTheRelease(String value) throws Exception {
        String revision = GitRepository.create(directory);

        assertThat(read("A=" + value).values()).containsEntry("A", revision);
        assertThat(read("A=$(git rev-parse --short=12 HEAD)").values().get("A"))
                .startsWith(revision)
                .hasSize(12);
    }

    @Test
    void failsLoudlyWhereGitFindsNoCommit() {
        assertThatThrownBy(() -> read("# x\nA=$(git rev-parse --short HEAD)"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file() + ":2: git finds no commit in " + directory
                        + " (exit 128); run inside the bot's repository or write the release itself");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A=$(canary)",
                "A=$(git rev-parse --short HEAD; canary)",
                "A=$(git rev-parse --short HEAD && canary)",
                "A=\"$(canary)\"",
                "A=$(git rev-parse --short HEAD)canary",
                "A=canary$(git rev-parse --short HEAD)",
                "A=`canary`",
                "A=\"`canary`\"",
                "A=$CANARY",
                "A=${canary}",
                "A=canary $(x)",
                "A=can|ary",
                "A=canary;x",
                "A='canary",
                "A=\"canary",
                "A=\"canary\\",
                "A='canary'x",
                "A=\"canary\\t\"",
                "A='x' canary",
                "canary",
                "1A=canary",
                "A =canary",
                "A= canary",
                "A=cana\u0000ry",
                "A=cana\rry",
            })
    void refusesEverythingElseByFileAndLineWithoutTheValue(String line) {
        Path marker = directory.resolve("canary");

        assertThatThrownBy(() -> read("B=1\n" + line))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(file() + ":2: ")
                .hasMessageNotContaining("canary")
                .hasNoCause();
        assertThat(marker).doesNotExist();
    }

    @Test
    void refusesASecondValue() {
        assertThatThrownBy(() -> read("A=1\nA=1")).hasMessage(file() + ":2: A is set a second time");
    }

    @Test
    void saysHowToBeginWhenThereIsNoFile() {
        assertThatThrownBy(() -> ProductionEnv.read(file(), directory, ENVIRONMENT))
                .hasMessage(file() + " does not exist; write the lines SENTRY_DSN, SENTRY_ENVIRONMENT and"
                        + " SENTRY_RELEASE into it, then chmod 600 it");
    }

    private ProductionEnv read(String content) throws ConfigurationException, IOException {
        Files.writeString(file(), content);
        return ProductionEnv.read(file(), directory, ENVIRONMENT);
    }

    private Path file() {
        return directory.resolve("production.env");
    }
}
