package io.cryptobot.smoke.chain;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the parts of a chain, without a path. Immutable.
 *
 * @param exporter the exporter
 * @param prometheus Prometheus
 * @param alertmanager Alertmanager
 * @param receivers the local receivers; null if the alerts go to the real Slack
 */
public record ChainAddresses(
        URI exporter,
        URI prometheus,
        URI alertmanager,
        @Nullable URI receivers) {
    /** The variables from which the commands read the addresses. */
    public static final String EXPORTER = "CRYPTOBOT_EXPORTER_URL";

    public static final String PROMETHEUS = "CRYPTOBOT_PROMETHEUS_URL";
    public static final String ALERTMANAGER = "CRYPTOBOT_ALERTMANAGER_URL";
    public static final String RECEIVERS = "CRYPTOBOT_RECEIVERS_URL";

    /** {@return the addresses as variables} */
    public Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(Map.of(
                EXPORTER, exporter.toString(),
                PROMETHEUS, prometheus.toString(),
                ALERTMANAGER, alertmanager.toString()));
        if (receivers != null) {
            environment.put(RECEIVERS, receivers.toString());
        }
        return environment;
    }
}
