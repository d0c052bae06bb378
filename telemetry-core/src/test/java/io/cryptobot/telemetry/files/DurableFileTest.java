package io.cryptobot.telemetry.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.telemetry.files.DurableFile.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurableFileTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("file");
    }

    @Test
    void makesAndReplacesAFile() throws IOException {
        DurableFile.replace(file(), Access.DEFAULT, "one");
        DurableFile.replace(file(), Access.DEFAULT, "zwei, größer");

        assertThat(file()).hasContent("zwei, größer");
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @CsvSource({"OWNER, rw-------", "OWNER_AND_GROUP, rw-r-----"})
    void limitsAccessFromTheStart(Access access, String permissions) throws IOException {
        DurableFile.replace(file(), access, unfinished -> {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unfinished)))
                    .isEqualTo(permissions);
            return "text".getBytes(UTF_8);
        });

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo(permissions);
    }

    @Test
    void keepsTheOldContentWhenTheNewOneCannotBeMade() throws IOException {
        DurableFile.replace(file(), Access.DEFAULT, "old");

        assertThatThrownBy(() -> DurableFile.replace(file(), Access.DEFAULT, unfinished -> {
                    throw new IOException("no content");
                }))
                .hasMessage("no content");
        assertThat(file()).hasContent("old");
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void needsTheDirectory() {
        assertThatThrownBy(
                        () -> DurableFile.replace(directory.resolve("missing").resolve("file"), Access.DEFAULT, "text"))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void removesWhatKilledProcessesHaveLeft() throws IOException {
        Files.createFile(directory.resolve("file.4711-1.new"));
        Files.createFile(directory.resolve("other.4711-1.new"));

        DurableFile.removeUnfinished(file());

        assertThat(directory).isDirectoryNotContaining("glob:**/file.*").isDirectoryContaining("glob:**/other.*");
    }
}
