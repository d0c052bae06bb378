package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.exchange.Market;
import io.cryptobot.smoke.exchange.SimulatedExchange;
import io.cryptobot.smoke.localservices.LocalServices;
import io.cryptobot.telemetry.files.InstanceName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Bot, exporter, Prometheus, Alertmanager, receivers and a simulated exchange on free loopback ports of this machine, until
 * this process closes them; receivers and exchange are in this process. Prometheus and Alertmanager run the configuration that
 * {@code ops-configs} ships. {@link #close} always ends every process and removes every file. Confined to one thread, but for
 * {@code close}.
 */
public final class LocalStack implements AutoCloseable {
    private final Programs programs;
    private final StackFiles files;
    private final LocalServices receivers;
    private final SimulatedExchange exchange;
    private final StackProcesses processes = new StackProcesses(Lifetime.WITH_STARTER);

    private LocalStack(Programs programs, StackFiles files, LocalServices receivers, SimulatedExchange exchange) {
        this.programs = programs;
        this.files = files;
        this.receivers = receivers;
        this.exchange = exchange;
    }

    /**
     * Prepares directories, receivers and exchange; {@link #start} then starts the programs.
     *
     * @param market the exchange's prices; closed with the stack
     * @throws IOException if a directory cannot be created or a port is in use
     */
    public static LocalStack prepare(Programs programs, Market market, long seed) throws IOException {
        StackFiles files = StackFiles.in(Files.createTempDirectory("cryptobot-stack-"));
        LocalServices receivers = null;
        try {
            receivers = LocalServices.start(0);
            return new LocalStack(programs, files, receivers, SimulatedExchange.start(market, 0, seed));
        } catch (IOException | RuntimeException e) {
            if (receivers != null) {
                receivers.close();
            }
            files.delete();
            throw e;
        }
    }

    /** {@return the bot's name} */
    public InstanceName bot() {
        return StackFiles.BOT;
    }

    /** {@return the exchange that the bot trades on} */
    public SimulatedExchange exchange() {
        return exchange;
    }

    /** {@return the local Slack, PagerDuty and Sentry} */
    public LocalServices receivers() {
        return receivers;
    }

    /** {@return the directory with configuration, data and logs} */
    public Path directory() {
        return files.directory();
    }

    /** {@return the environment in which the other commands work on this stack} */
    public Map<String, String> environment() {
        return files.environment();
    }

    /**
     * Starts everything and waits until each part answers.
     *
     * @param progress gets the name of each part before its start
     * @return where the parts can be reached
     * @throws CommandFailure when a part does not come up, with the end of its output
     */
    public ChainAddresses start(Consumer<String> progress) throws IOException, InterruptedException {
        int[] ports = LoopbackPorts.free(4);
        StackAddresses addresses = new StackAddresses(
                StackAddresses.loopback(ports[0]),
                StackAddresses.loopback(ports[1]),
                StackAddresses.loopback(ports[2]),
                StackAddresses.loopback(ports[3]),
                URI.create(receivers.pageUrl()),
                URI.create(exchange.url()));
        processes.prepare(() -> files.configure(addresses));
        StackParts parts = new StackParts(programs, files, addresses);
        processes.start(
                parts,
                List.of(parts.bot(exchange.symbol()), parts.exporter(), parts.alertmanager()),
                progress,
                process -> {});
        processes.start(parts, List.of(parts.prometheus()), progress, process -> {});
        return addresses.chain();
    }

    /** {@return a process of the stack by its name: bot, exporter, alertmanager or prometheus} */
    public ManagedProcess process(String name) {
        return processes.get(name);
    }

    /** {@return whether everything was ended} */
    public boolean isClosed() {
        return processes.isClosed();
    }

    /** Ends every process that was started, and removes the files. Safe to call twice. */
    @Override
    public synchronized void close() throws IOException {
        processes.close();
        receivers.close();
        exchange.close();
        files.delete();
    }
}
