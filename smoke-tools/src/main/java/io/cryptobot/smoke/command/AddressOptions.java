package io.cryptobot.smoke.command;

import io.cryptobot.smoke.chain.ChainAddresses;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the whole chain is, each part as the {@linkplain MonitoringOptions others} says. */
final class AddressOptions extends MonitoringOptions {
    private static final String EXPORTER = "CRYPTOBOT_EXPORTER_URL";
    private static final String RECEIVERS = "CRYPTOBOT_RECEIVERS_URL";

    @Option(
            names = "--exporter",
            paramLabel = "<url>",
            description = "Default: " + EXPORTER + ", else http://127.0.0.1:9100.")
    private @Nullable String exporter;

    @Option(
            names = "--receivers",
            paramLabel = "<url>",
            description = "Local receivers that stand for Slack (" + RECEIVERS
                    + "); without them the last hop is Alertmanager's own count.")
    private @Nullable String receivers;

    /**
     * {@return the addresses}
     *
     * @throws io.cryptobot.smoke.CommandFailure when the file cannot be read or an address is none
     */
    ChainAddresses resolve(Map<String, String> environment) {
        return new ChainAddresses(
                required("--exporter", exporter, EXPORTER, environment, "http://127.0.0.1:9100"),
                prometheus(environment),
                alertmanager(environment),
                find("--receivers", receivers, RECEIVERS, environment));
    }
}
