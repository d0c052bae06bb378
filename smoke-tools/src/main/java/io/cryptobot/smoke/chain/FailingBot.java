package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.files.InstanceName;
import java.util.regex.Pattern;

/** The bot whose failed orders the chain follows. Immutable. */
public record FailingBot(InstanceName name, OrderMode mode) {
    /** {@return the labels of its series, as a PromQL matcher and as they are on the exporter's page} */
    String selector() {
        return "bot=\"" + name + "\",mode=\"" + mode.label() + "\"";
    }

    /** {@return the series of its failed orders, as PromQL} */
    String failedOrders() {
        return MetricCatalog.ORDERS_FAILED.prometheusName() + "{" + selector() + "}";
    }

    /** Whether a text for people contains the exact name of this bot, not only as a part of another name. */
    boolean isNamedIn(String text) {
        return Pattern.compile("(?<![a-z0-9_-])" + Pattern.quote(name.value()) + "(?![a-z0-9_-])")
                .matcher(text)
                .find();
    }

    boolean matches(JsonNode labels) {
        return labels.path("bot").asText().equals(name.value())
                && labels.path("mode").asText().equals(mode.label());
    }
}
