package io.cryptobot.exporter.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpositionFormatTest {
    private static final String PROMETHEUS_2 = "application/openmetrics-text;version=1.0.0,"
            + "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    private static final String PROMETHEUS_3 = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
            + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
            + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                                          | TEXT
                    */*                                                         | TEXT
                    text/html, */*;q=0.8                                        | TEXT
                    application/openmetrics-text                                | OPENMETRICS
                    APPLICATION/OpenMetrics-Text ; Version=1.0.0                | OPENMETRICS
                    application/openmetrics-text;version="1.0.0"                | OPENMETRICS
                    application/openmetrics-text;q=0                            | TEXT
                    application/openmetrics-text;q=0, */*                       | TEXT
                    application/openmetrics-text;q=0.2, text/plain;q=0.5        | TEXT
                    application/openmetrics-text;q=0.5, text/plain;q=0.2        | OPENMETRICS
                    application/openmetrics-text, text/plain                    | TEXT
                    application/openmetrics-text, */*                           | OPENMETRICS
                    application/openmetrics-text;q=0.3, */*;q=0.5               | TEXT
                    application/openmetrics-text;version=2.0.0, text/plain;q=.1 | TEXT
                    application/openmetrics-text;q=much                         | TEXT
                    application/openmetrics-text;q=NaN                          | TEXT
                    application/openmetrics-text;q=7, text/plain                | TEXT
                    application/openmetrics-text;q=0.1, text/plain;q=-1         | OPENMETRICS
                    application/openmetrics-text;q=0, application/*, text/plain;q=0.5 | TEXT
                    application/*, text/*;q=0.1                                 | OPENMETRICS
                    text/plain;q=0                                              | TEXT
                    application/json                                            | TEXT
                    ;;,,;q=,=                                                   | TEXT
                    */*;q=0                                                     | TEXT
                    application/openmetrics-text, */*;q=0                       | OPENMETRICS
                    application/openmetrics-text;version=0.0.1                  | TEXT
                    application/openmetrics-text;version=2.0.0, application/openmetrics-text;version=1.0.0;q=0.1 | OPENMETRICS
                    application/openmetrics-text;version=1.0.0;escaping=underscores, text/plain;q=0.9 | OPENMETRICS
                    text/plain;version=0.0.4;q=0.5, application/openmetrics-text;q=0.4 | TEXT
                    text/plain;version=1.0.0, application/openmetrics-text;version=1.0.0;q=0.1 | OPENMETRICS
                    application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6, application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=0.2 | OPENMETRICS
                    """)
    void choosesByQuality(String accept, ExpositionFormat expected) {
        assertThat(ExpositionFormat.negotiate(accept)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {PROMETHEUS_2, PROMETHEUS_3})
    void givesPrometheusOpenMetrics(String accept) {
        assertThat(ExpositionFormat.negotiate(accept)).isEqualTo(ExpositionFormat.OPENMETRICS);
    }
}
