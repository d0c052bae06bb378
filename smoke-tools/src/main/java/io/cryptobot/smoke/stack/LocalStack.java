package io.cryptobot.smoke.stack;

import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.CommandFailure;
import io.cryptobot.smoke.ExitCode;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.exchange.Market;
import io.cryptobot.smoke.exchange.SimulatedExchange;
import io.cryptobot.smoke.receiver.LocalReceivers;
import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.RunDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Bot, exporter, Prometheus, Alertmanager, receivers and a simulated exchange on free loopback ports of this machine.
 * Prometheus and Alertmanager run the configuration that {@code ops-configs} ships. Whatever happens, {@link #close} ends
 * every process and removes every file. Confined to one thread, but for {@code close}.
 */
public final class LocalStack implements AutoCloseable {
    private static final InstanceName BOT = InstanceName.DEFAULT;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final int ORDERS_PER_SECOND = 20;
    private static final String ROUTING_KEY = "0123456789abcdef0123456789abcdef";

    private final Programs programs;
    private final Path directory;
    private final RunDirectory runDirectory;
    private final LocalReceivers receivers;
    private final SimulatedExchange exchange;
    private final List<ManagedProcess> processes = new ArrayList<>();
    private boolean closed;

    private LocalStack(
            Programs programs,
            Path directory,
            RunDirectory runDirectory,
            LocalReceivers receivers,
            SimulatedExchange exchange) {
        this.programs = programs;
        this.directory = directory;
        this.runDirectory = runDirectory;
        this.receivers = receivers;
        this.exchange = exchange;
    }

    /**
     * Prepares directories, receivers and exchange; {@link #start} then starts the programs.
     *
     * @param market the exchange's prices; closed with the stack
     * @throws IOException when a directory or a port cannot be had
     */
    public static LocalStack prepare(Programs programs, Market market, long seed) throws IOException {
        Path directory = Files.createTempDirectory("cryptobot-stack-");
        Path shared = Path.of("/dev/shm");
        Path run = Files.createTempDirectory(Files.isWritable(shared) ? shared : directory, "cryptobot-stack-");
        return new LocalStack(
                programs,
                directory,
                new RunDirectory(run),
                LocalReceivers.start(0),
                SimulatedExchange.start(market, seed));
    }

    /** {@return the bot's name} */
    public InstanceName bot() {
        return BOT;
    }

    /** {@return the exchange that the bot trades on} */
    public SimulatedExchange exchange() {
        return exchange;
    }

    /** {@return the local Slack, PagerDuty and Sentry} */
    public LocalReceivers receivers() {
        return receivers;
    }

    /** {@return the directory with configuration, data and logs} */
    public Path directory() {
        return directory;
    }

    /** {@return the environment in which the other commands work on this stack} */
    public Map<String, String> environment() {
        return new TreeMap<>(Map.of(
                "CRYPTOBOT_HOME", directory.resolve("home").toString(),
                "CRYPTOBOT_RUN_DIR", runDirectory.path().toString(),
                "CRYPTOBOT_INSTANCE", BOT.value(),
                // the demo is over sooner than the minute that a person has to wait between switches
                "CRYPTOBOT_LIVE_COOLDOWN", "1ms"));
    }

    /**
     * Starts everything and waits until each part answers.
     *
     * @param progress told the name of each part before it is started
     * @return where the parts can be reached
     * @throws CommandFailure when a part does not come up, with its last words
     */
    public ChainAddresses start(Consumer<String> progress) throws IOException, InterruptedException {
        int[] ports = freePorts(4);
        ChainAddresses addresses = new ChainAddresses(
                loopback(ports[0]), loopback(ports[2]), loopback(ports[3]), URI.create(receivers.pageUrl()));
        configure(addresses);

        progress.accept("bot");
        startProcess("bot", javaCommand("demo-bot"), environment());
        progress.accept("exporter");
        ManagedProcess exporter = startProcess(
                "exporter",
                List.of(
                        programs.java().toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        programs.exporterJar().toString(),
                        "server"),
                Map.of(
                        "CRYPTOBOT_RUN_DIR", runDirectory.path().toString(),
                        "CRYPTOBOT_HOME", directory.resolve("home").toString(),
                        "CRYPTOBOT_EXPORTER_HOST", "127.0.0.1",
                        "CRYPTOBOT_EXPORTER_PORT", Integer.toString(ports[0]),
                        "CRYPTOBOT_EXPORTER_ADMIN_PORT", Integer.toString(ports[1])));
        progress.accept("Alertmanager");
        ManagedProcess alertmanager = startProcess(
                "alertmanager",
                List.of(
                        programs.alertmanager().toString(),
                        "--config.file=" + ops("alertmanager/alertmanager.yml"),
                        "--storage.path=" + directory.resolve("alertmanager-data"),
                        "--web.listen-address=" + addresses.alertmanager().getAuthority(),
                        "--web.external-url=" + addresses.alertmanager(),
                        // one node: with clustering on, the first notification waits ten seconds for peers
                        "--cluster.listen-address="),
                Map.of());
        progress.accept("Prometheus");
        ManagedProcess prometheus = startProcess(
                "prometheus",
                List.of(
                        programs.prometheus().toString(),
                        "--config.file=" + ops("prometheus/prometheus.yml"),
                        "--storage.tsdb.path=" + directory.resolve("prometheus-data"),
                        "--web.listen-address=" + addresses.prometheus().getAuthority(),
                        "--web.external-url=" + addresses.prometheus(),
                        "--rules.alert.resend-delay=30s"),
                Map.of());
        awaitReady(exporter, addresses.exporter());
        awaitReady(alertmanager, addresses.alertmanager());
        awaitReady(prometheus, addresses.prometheus());
        return addresses;
    }

    private synchronized void configure(ChainAddresses addresses) throws IOException {
        failIfClosed(); // close() has removed the directory, and would not come back for new files
        Path home = Files.createDirectories(directory.resolve("home"));
        Files.createDirectories(home.resolve("config"));
        secret(
                home.resolve("config/runtime_overrides.json"),
                "{\"sentry\": {\"dsn\": \"" + receivers.sentryDsn()
                        + "\", \"environment\": \"demo\", \"release\": \"demo\"}}\n");
        OpsConfigs.unpack(directory);
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        secret(secrets.resolve("slack_api_url"), receivers.slackUrl());
        secret(secrets.resolve("pagerduty_routing_key"), ROUTING_KEY);
        StackConfiguration.render(
                ops("prometheus/prometheus.yml"),
                Map.of(
                        "cryptobot-desktop:9100", addresses.exporter().getAuthority(),
                        "alertmanager:9093", addresses.alertmanager().getAuthority(),
                        "localhost:9090", addresses.prometheus().getAuthority()));
        StackConfiguration.render(
                ops("alertmanager/alertmanager.yml"),
                Map.of(
                        "https://events.pagerduty.com/v2/enqueue", receivers.pagerDutyUrl(),
                        "127.0.0.1:9095", URI.create(receivers.pageUrl()).getAuthority(),
                        "/etc/alertmanager/secrets/", secrets + "/"));
    }

    private Path ops(String file) {
        return directory.resolve("ops").resolve(file);
    }

    private static void secret(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private List<String> javaCommand(String command) {
        return List.of(
                programs.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path", ""),
                "io.cryptobot.smoke.SmokeTools",
                command,
                "--exchange=" + exchange.url(),
                "--symbol=" + exchange.symbol(),
                "--orders-per-second=" + ORDERS_PER_SECOND);
    }

    private synchronized ManagedProcess startProcess(String name, List<String> command, Map<String, String> environment)
            throws IOException {
        failIfClosed();
        ManagedProcess process = ManagedProcess.start(name, command, environment, directory.resolve(name + ".log"));
        processes.add(process);
        return process;
    }

    private void failIfClosed() throws IOException {
        if (closed) {
            throw new IOException("the stack is being ended");
        }
    }

    private void awaitReady(ManagedProcess process, URI address) throws InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!HttpProbe.isReady(address)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new CommandFailure(ExitCode.HOP_FAILED, process.diagnosis());
            }
            HttpProbe.pause();
        }
    }

    /** {@return a process of the stack by its name: bot, exporter, alertmanager or prometheus} */
    public synchronized ManagedProcess process(String name) {
        return processes.stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no process " + name + " in " + processes));
    }

    /** {@return whether everything was ended} */
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Ends every process that was started, all at a time, and removes the files. Safe to call twice. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        processes.forEach(ManagedProcess::terminate);
        processes.forEach(ManagedProcess::close);
        receivers.close();
        exchange.close();
        FileTree.delete(runDirectory.path());
        FileTree.delete(directory);
    }

    private static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Free ports at this moment, all different; taken by another program meanwhile, the start fails and says so. */
    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            int[] ports = new int[count];
            for (int index = 0; index < count; index++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                ports[index] = sockets.get(index).getLocalPort();
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
