package io.cryptobot.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricCatalogTest {
    @Test
    void keepsThePlanFamiliesFreeOfLabelsThatWouldSplitTheirThresholds() {
        assertThat(MetricCatalog.ORDERS_FAILED.labels()).containsExactly("mode");
        assertThat(MetricCatalog.ORDER_LATENCY.labels()).containsExactly("mode");
    }

    @Test
    void hasABoundAtTheAlertThresholdAndAtLeastThreeAboveIt() {
        int index = MetricCatalog.ORDER_LATENCY.bounds().indexOf(750.0);
        assertThat(index).isPositive();
        assertThat(MetricCatalog.ORDER_LATENCY.bounds().size() - index).isGreaterThan(3);
    }

    @Test
    void followsPrometheusNaming() {
        assertThat(MetricCatalog.values()).allSatisfy(metric -> {
            assertThat(metric.prometheusName()).matches("cryptobot_[a-z_]+[a-z]");
            assertThat(metric.prometheusName().endsWith("_total")).isEqualTo(metric.type() == MetricType.COUNTER);
            assertThat(metric.help()).endsWith(".");
        });
        assertThat(Arrays.stream(MetricCatalog.values()).map(MetricCatalog::prometheusName))
                .doesNotHaveDuplicates();
    }

    @Test
    void declaresSubmittedBeforeFailedBecauseReadersReadInReverse() {
        assertThat(MetricCatalog.ORDERS_SUBMITTED).isLessThan(MetricCatalog.ORDERS_FAILED);
    }
}
