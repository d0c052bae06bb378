package io.cryptobot.exporter.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void areThoseOfTheShippedRules() throws Exception {
        String rules = Files.readString(
                Path.of("../ops-configs/src/main/resources/ops/prometheus/rules/cryptobot_desktop.yml"));
        Limits limits = Limits.ofTheAlerts();
        String window = "[" + limits.windowSeconds() / 60 + "m]";
        long halfOfStuck = limits.ordersStuckSeconds() / 60 / 2;
        long unknownMinutes = limits.unknownOrdersSeconds() / 60;
        assertThat(rules)
                .contains("increase(cryptobot_orders_failed_total" + window + ") > " + limits.failedOrders() + "\n")
                .contains("histogram_quantile(0.95, rate(cryptobot_order_latency_bucket" + window + ")) > "
                        + limits.p95Ms() + "\n")
                .contains("last_over_time(cryptobot_trading_loop_timestamp_seconds[15s])"
                        + " == last_over_time(cryptobot_trading_loop_timestamp_seconds[1m] offset "
                        + limits.tradingLoopSeconds() / 60 + "m)\n")
                .contains("increase(cryptobot_orders_submitted_total{mode=\"live\"}[" + halfOfStuck + "m]) == 0\n"
                        + "        for: " + halfOfStuck + "m\n")
                .contains("min_over_time(cryptobot_orders_unknown[" + unknownMinutes + "m]) > 0\n"
                        + "          and last_over_time(cryptobot_orders_unknown[1m] offset " + unknownMinutes
                        + "m)\n");
    }

    @Test
    void areOnThePage() {
        assertThat(Template.of("bot.html").blank())
                .contains("<td>" + Limits.FAILED_ORDERS + "</td><td>" + Limits.P95_MS + " ms</td>");
    }
}
