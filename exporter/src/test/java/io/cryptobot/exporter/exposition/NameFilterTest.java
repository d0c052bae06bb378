package io.cryptobot.exporter.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class NameFilterTest {
    @Test
    void takesAHundredNames() {
        assertThat(NameFilter.of(names(100, "up")).names()).containsExactly("up");
        assertThatThrownBy(() -> NameFilter.of(names(101, "up")))
                .hasMessage("name[] can be given at most 100 times, was given 101 times");
    }

    @Test
    void takesLongNames() {
        assertThat(NameFilter.of("x".repeat(200)).names()).hasSize(1);
        assertThatThrownBy(() -> NameFilter.of("up", "x".repeat(201)))
                .hasMessage("name[] can have at most 200 characters, had 201");
    }

    private static String[] names(int count, String name) {
        return Collections.nCopies(count, name).toArray(String[]::new);
    }
}
