package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFilesTest {
    private static final String SHIPPED = "targets: [exporter:9100]\nself: exporter:9100\nother: kept # comment\n";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("prometheus.yml"), SHIPPED);
    }

    @Test
    void changesEveryPlaceAndNothingElse() throws IOException {
        StackFiles.render(file, Map.of("exporter:9100", "127.0.0.1:4711"));

        assertThat(file).hasContent("targets: [127.0.0.1:4711]\nself: 127.0.0.1:4711\nother: kept # comment\n");
    }

    @Test
    void failsWhenTheShippedFileHasDrifted() {
        assertThatThrownBy(() -> StackFiles.render(
                        file, Map.of("exporter:9100", "127.0.0.1:4711", "alertmanager:9093", "127.0.0.1:4712")))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " does not mention alertmanager:9093, which the local stack replaces");
        assertThat(file).hasContent(SHIPPED);
    }
}
