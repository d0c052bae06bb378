package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The loopback ports that a stack in the background is asked to use; 0 stands for any free one. Immutable. */
public record StackPorts(
        int exporter, int exporterAdmin, int prometheus, int alertmanager, int receivers, int exchange) {
    private static final int MAX_PORT = 65_535;

    public StackPorts {
        for (int port : new int[] {exporter, exporterAdmin, prometheus, alertmanager, receivers, exchange}) {
            if (port < 0 || port > MAX_PORT) {
                throw new IllegalArgumentException("a port must be 0 to " + MAX_PORT + ", was " + port);
            }
        }
    }

    /**
     * {@return addresses on these ports}
     *
     * @throws CommandFailure when one of them is taken, or asked for twice
     */
    StackAddresses claim() throws IOException {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        wanted.put("--exporter-port", exporter);
        wanted.put("--exporter-admin-port", exporterAdmin);
        wanted.put("--prometheus-port", prometheus);
        wanted.put("--alertmanager-port", alertmanager);
        wanted.put("--receivers-port", receivers);
        wanted.put("--exchange-port", exchange);
        Map<Integer, String> claimed = new HashMap<>();
        List<Integer> ports = new ArrayList<>();
        int[] free = FreePorts.choose(wanted.size());
        wanted.forEach((option, port) -> {
            String other = port == 0 ? null : claimed.putIfAbsent(port, option);
            if (other != null) {
                throw new CommandFailure(
                        ExitCode.USAGE, "port " + port + " is asked for twice: by " + other + " and by " + option);
            }
            if (port != 0 && !PortOwner.isFree(port)) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION,
                        "port " + port + " is in use"
                                + PortOwner.of(port)
                                        .map(owner -> " by " + owner)
                                        .orElse("") + "; choose another one with " + option + ", 0 for any free one");
            }
            ports.add(port == 0 ? free[ports.size()] : port);
        });
        return new StackAddresses(
                StackAddresses.loopback(ports.get(0)),
                StackAddresses.loopback(ports.get(1)),
                StackAddresses.loopback(ports.get(2)),
                StackAddresses.loopback(ports.get(3)),
                StackAddresses.loopback(ports.get(4)),
                StackAddresses.loopback(ports.get(5)));
    }
}
