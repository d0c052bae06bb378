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
        assertThat(rules)
                .contains("increase(cryptobot_orders_failed_total" + window + ") > " + limits.failedOrders() + "\n")
                .contains("histogram_quantile(0.95, rate(cryptobot_order_latency_bucket" + window + ")) > "
                        + limits.p95Ms() + "\n")
                .contains("cryptobot_heartbeat_timestamp_seconds - cryptobot_trading_loop_timestamp_seconds > "
                        + limits.tradingLoopSeconds() + "\n")
                .contains("increase(cryptobot_orders_submitted_total{mode=\"live\"}[" + halfOfStuck + "m]) == 0\n"
                        + "        for: " + halfOfStuck + "m\n")
                .contains("expr: cryptobot_orders_unknown > 0\n        for: " + limits.unknownOrdersSeconds() / 60
                        + "m\n");
    }

    @Test
    void areOnThePage() {
        assertThat(Template.of("bot.html").blank())
                .contains("<td>" + Limits.FAILED_ORDERS + "</td><td>" + Limits.P95_MS + " ms</td>");
    }
}
