package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.OrderMode;

/** Whose failed orders are followed. Immutable. */
public record FailingBot(InstanceName name, OrderMode mode) {
    /** {@return the labels of its series, as a PromQL matcher and as they stand on the exporter's page} */
    String selector() {
        return "bot=\"" + name + "\",mode=\"" + mode.label() + "\"";
    }

    boolean matches(JsonNode labels) {
        return labels.path("bot").asText().equals(name.value())
                && labels.path("mode").asText().equals(mode.label());
    }
}
