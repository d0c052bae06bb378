package io.cryptobot.smoke.chain;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The addresses of the whole chain. Each is read as {@link MonitoringOptions} describes. */
public final class AddressOptions extends MonitoringOptions {
    @Option(
            names = "--exporter",
            paramLabel = "<url>",
            description = "Default: " + ChainAddresses.EXPORTER + ", else http://127.0.0.1:9100.")
    private @Nullable String exporter;

    @Option(
            names = "--receivers",
            paramLabel = "<url>",
            description = "Local receivers that stand for Slack (" + ChainAddresses.RECEIVERS
                    + "); without them the last stage is Alertmanager's own count.")
    private @Nullable String receivers;

    /**
     * {@return the addresses}
     *
     * @throws io.cryptobot.smoke.cli.CommandFailure if the file cannot be read or an address is not valid
     */
    public ChainAddresses resolve(Map<String, String> environment) {
        return new ChainAddresses(
                required("--exporter", exporter, ChainAddresses.EXPORTER, environment, "http://127.0.0.1:9100"),
                prometheus(environment),
                alertmanager(environment),
                find("--receivers", receivers, ChainAddresses.RECEIVERS, environment));
    }

    /** {@return which programs have a configured address} */
    public NamedPrograms named(Map<String, String> environment) {
        return new NamedPrograms(
                find("--exporter", exporter, ChainAddresses.EXPORTER, environment) != null,
                isPrometheusNamed(environment),
                isAlertmanagerNamed(environment));
    }
}
