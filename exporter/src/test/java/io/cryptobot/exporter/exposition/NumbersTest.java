package io.cryptobot.exporter.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    /** The numbers of the specification's section "Canonical Numbers", and some of ours. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "1, 1.0",
        "10, 10.0",
        "0.5, 0.5",
        "0.005, 0.005",
        "0.001, 0.001",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "1e-10, 1e-10",
        "750, 750.0",
        "60000, 60000.0",
        "100000, 100000.0",
        "123456.5, 123456.5",
        "1e6, 1e+06",
        "2.5e6, 2.5e+06",
        "1e7, 1e+07",
        "1e10, 1e+10",
        "1e100, 1e+100",
        "-1e7, -1e+07",
        "-0.25, -0.25",
        "Infinity, +Inf"
    })
    void writesWhatOpenMetricsWants(double number, String text) {
        assertThat(Numbers.canonical(number)).isEqualTo(text);
    }
}
