package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of {@code stack up}: the loopback ports of a stack in the background; 0 means any free one. */
final class StackPorts {
    private static final int MAX_PORT = 65_535;
    private static final String ABOUT = "Default: ${DEFAULT-VALUE}; 0: any free one.";

    @Option(names = "--exporter-port", defaultValue = "9100", paramLabel = "<port>", description = ABOUT)
    private int exporter;

    @Option(names = "--exporter-admin-port", defaultValue = "9101", paramLabel = "<port>", description = ABOUT)
    private int exporterAdmin;

    @Option(names = "--prometheus-port", defaultValue = "9090", paramLabel = "<port>", description = ABOUT)
    private int prometheus;

    @Option(names = "--alertmanager-port", defaultValue = "9093", paramLabel = "<port>", description = ABOUT)
    private int alertmanager;

    @Option(names = "--receivers-port", defaultValue = "9180", paramLabel = "<port>", description = ABOUT)
    private int receivers;

    @Option(names = "--exchange-port", defaultValue = "0", paramLabel = "<port>", description = ABOUT)
    private int exchange;

    private Map<String, Integer> byOption() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("--exporter-port", exporter);
        ports.put("--exporter-admin-port", exporterAdmin);
        ports.put("--prometheus-port", prometheus);
        ports.put("--alertmanager-port", alertmanager);
        ports.put("--receivers-port", receivers);
        ports.put("--exchange-port", exchange);
        return ports;
    }

    /** @throws CommandFailure if one of them is not a port */
    void requirePorts() {
        byOption().forEach((option, port) -> {
            if (port < 0 || port > MAX_PORT) {
                throw new CommandFailure(ExitCode.USAGE, "a port must be 0 to " + MAX_PORT + ", was " + port);
            }
        });
    }

    /**
     * {@return addresses on these ports}
     *
     * @throws CommandFailure when one of them is in use, or is given twice
     */
    StackAddresses claim() throws IOException {
        Map<Integer, String> claimed = new HashMap<>();
        byOption().forEach((option, port) -> {
            String other = port == 0 ? null : claimed.putIfAbsent(port, option);
            if (other != null) {
                throw new CommandFailure(
                        ExitCode.USAGE, "port " + port + " is given twice: by " + other + " and by " + option);
            }
            if (port != 0 && !LoopbackPorts.isFree(port)) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION,
                        "port " + port + " is in use"
                                + LoopbackPorts.owner(port)
                                        .map(owner -> " by " + owner)
                                        .orElse("") + "; choose another one with " + option + ", 0 for any free one");
            }
        });
        int[] free = LoopbackPorts.free(6);
        return new StackAddresses(
                address(exporter, free[0]),
                address(exporterAdmin, free[1]),
                address(prometheus, free[2]),
                address(alertmanager, free[3]),
                address(receivers, free[4]),
                address(exchange, free[5]));
    }

    private static URI address(int wanted, int free) {
        return StackAddresses.loopback(wanted == 0 ? free : wanted);
    }
}
