package io.cryptobot.smoke.chain;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a chain answer; without a path. Immutable.
 *
 * @param exporter the exporter
 * @param prometheus Prometheus
 * @param alertmanager Alertmanager
 * @param receivers the local receivers; null where the alerts go to the real Slack
 */
public record ChainAddresses(
        URI exporter,
        URI prometheus,
        URI alertmanager,
        @Nullable URI receivers) {}
