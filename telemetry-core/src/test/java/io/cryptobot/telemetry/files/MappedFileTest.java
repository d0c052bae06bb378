package io.cryptobot.telemetry.files;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
    /** Who tries every few seconds says a problem once, and knows it by its words. */
    @Test
    void saysTheSameOfTheSameProblemHoweverOftenItIsTried(@TempDir Path directory) {
        Path file = directory.resolve("missing").resolve("bot.counters");
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> MappedFile.create(file, 4096, fresh -> {}))
                    .hasMessage(file + ": NoSuchFileException");
        }
    }
}
