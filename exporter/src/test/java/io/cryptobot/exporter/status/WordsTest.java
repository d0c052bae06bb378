package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "-1, 0.0 s",
        "0.26, 0.3 s",
        "9.94, 9.9 s",
        "9.95, 10 s",
        "119, 119 s",
        "120, 2 min",
        "7199, 120 min",
        "7200, 2 h",
        "172799, 48 h",
        "172800, 2 days",
        "2592000, 30 days"
    })
    void saysHowLongInTheGreatestSensibleUnit(double seconds, String words) {
        assertThat(Words.duration(seconds)).isEqualTo(words);
    }
}
