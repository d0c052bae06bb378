package io.cryptobot.smoke.stack;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The commands that start the parts of a local stack. Immutable. */
record StackParts(Programs programs, StackFiles files, StackAddresses addresses) {
    private static final int ORDERS_PER_SECOND = 20;

    StackPart bot(String symbol) {
        return new StackPart(
                "bot",
                cryptobot(
                        "demo-bot",
                        "--exchange=" + addresses.exchange(),
                        "--symbol=" + symbol,
                        "--orders-per-second=" + ORDERS_PER_SECOND),
                files.environment());
    }

    StackPart exporter() {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-jar", programs.exporterJar().toString(), "server"));
        return new StackPart(
                "exporter",
                command,
                Map.of(
                        "CRYPTOBOT_RUN_DIR", files.runDirectory().path().toString(),
                        "CRYPTOBOT_HOME", files.home().toString(),
                        "CRYPTOBOT_EXPORTER_HOST", "127.0.0.1",
                        "CRYPTOBOT_EXPORTER_PORT", port(addresses.exporter()),
                        "CRYPTOBOT_EXPORTER_ADMIN_PORT", port(addresses.exporterAdmin())));
    }

    StackPart alertmanager() {
        return new StackPart(
                "alertmanager",
                List.of(
                        programs.alertmanager().toString(),
                        "--config.file=" + files.ops("alertmanager/alertmanager.yml"),
                        "--storage.path=" + files.directory().resolve("alertmanager-data"),
                        "--web.listen-address=" + addresses.alertmanager().getAuthority(),
                        "--web.external-url=" + addresses.alertmanager(),
                        // one node: with clustering on, the first notification waits ten seconds for peers
                        "--cluster.listen-address="),
                Map.of());
    }

    /** Must start after the others are ready: otherwise it scrapes an exporter that is down, and alerts after ten seconds. */
    StackPart prometheus() {
        return new StackPart(
                "prometheus",
                List.of(
                        programs.prometheus().toString(),
                        "--config.file=" + files.ops("prometheus/prometheus.yml"),
                        "--storage.tsdb.path=" + files.directory().resolve("prometheus-data"),
                        "--web.listen-address=" + addresses.prometheus().getAuthority(),
                        "--web.external-url=" + addresses.prometheus(),
                        "--rules.alert.resend-delay=30s"),
                Map.of());
    }

    /** The receivers as a process of their own. */
    StackPart receivers() {
        return new StackPart("receivers", cryptobot("receivers", "--port=" + port(addresses.receivers())), Map.of());
    }

    /** The simulated exchange as a process of its own. */
    StackPart exchange() {
        return new StackPart("exchange", cryptobot("demo-exchange", "--port=" + port(addresses.exchange())), Map.of());
    }

    private List<String> cryptobot(String... arguments) {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), "io.cryptobot.smoke.SmokeTools"));
        command.addAll(List.of(arguments));
        return command;
    }

    private List<String> java() {
        return List.of(programs.java().toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    }

    private static String port(URI address) {
        return Integer.toString(address.getPort());
    }
}
