package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/counters-file.md shows the diagram of {@link CountersFileLayout}, letter for letter. */
class CountersFilePageTest {
    @Test
    void showsTheDiagramOfTheClassThatOwnsTheFormat() throws Exception {
        String source =
                Files.readString(Path.of("src/main/java/io/cryptobot/telemetry/counters/CountersFileLayout.java"));
        String diagram = source.substring(source.indexOf("<pre>\n") + 6, source.indexOf(" * </pre>"))
                .lines()
                .map(line -> line.substring(Math.min(3, line.length())))
                .collect(Collectors.joining("\n"));
        assertThat(Path.of("../docs/counters-file.md")).content().contains("```\n" + diagram + "\n```");
    }

    @Test
    void theDiagramsOffsetsAreThoseOfTheCode() throws Exception {
        String page = Files.readString(Path.of("../docs/counters-file.md"));
        assertThat(page)
                .containsPattern("(?m)^ *" + CountersFileLayout.GENERATION_OFFSET + "  i64 generation")
                .containsPattern("(?m)^ *" + CountersFileLayout.DROPPED_SERIES_OFFSET + "  i64 series that did not fit")
                .containsPattern("(?m)^ *" + CountersFileLayout.SUPERSEDED_OFFSET + "  i64 1 when another file")
                .containsPattern("(?m)^ *" + CountersFileLayout.OWNER_PID_OFFSET + "  i64 process id")
                .containsPattern("(?m)^ *" + CountersFileLayout.RESTARTS_OFFSET + "  i64 restarts")
                .containsPattern("(?m)^ *" + CountersFileLayout.HEARTBEAT_SEQUENCE_OFFSET + "  i64 heartbeat sequence")
                .containsPattern("(?m)^ *" + CountersFileLayout.CLEAN_EXIT_OFFSET + "  i64 1 after a clean close")
                .containsPattern("(?m)^ *" + CountersFileLayout.LOOP_SEQUENCE_OFFSET + "  i64 trading-loop sequence")
                .containsPattern("(?m)^ *" + CountersFileLayout.DESCRIPTORS_OFFSET + "  n descriptors");
    }
}
