package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.exchange.Market;
import io.cryptobot.smoke.exchange.SimulatedExchange;
import io.cryptobot.smoke.localservices.LocalReceivers;
import io.cryptobot.telemetry.files.InstanceName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Bot, exporter, Prometheus, Alertmanager, receivers and a simulated exchange on free loopback ports of this machine.
 * Prometheus and Alertmanager run the configuration that {@code ops-configs} ships. Whatever happens, {@link #close} ends
 * every process and removes every file. Confined to one thread, but for {@code close}.
 */
public final class LocalStack implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final Programs programs;
    private final StackFiles files;
    private final LocalReceivers receivers;
    private final SimulatedExchange exchange;
    private final List<ManagedProcess> processes = new ArrayList<>();
    private boolean closed;

    private LocalStack(Programs programs, StackFiles files, LocalReceivers receivers, SimulatedExchange exchange) {
        this.programs = programs;
        this.files = files;
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
        StackFiles files = StackFiles.in(Files.createTempDirectory("cryptobot-stack-"));
        LocalReceivers receivers = null;
        try {
            receivers = LocalReceivers.start(0);
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
    public LocalReceivers receivers() {
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
     * @param progress told the name of each part before it is started
     * @return where the parts can be reached
     * @throws CommandFailure when a part does not come up, with its last words
     */
    public ChainAddresses start(Consumer<String> progress) throws IOException, InterruptedException {
        int[] ports = FreePorts.choose(4);
        StackAddresses addresses = new StackAddresses(
                StackAddresses.loopback(ports[0]),
                StackAddresses.loopback(ports[1]),
                StackAddresses.loopback(ports[2]),
                StackAddresses.loopback(ports[3]),
                URI.create(receivers.pageUrl()),
                URI.create(exchange.url()));
        configure(addresses);

        StackParts parts = new StackParts(programs, files, addresses);
        progress.accept("bot");
        startProcess(parts.bot(exchange.symbol()));
        progress.accept("exporter");
        ManagedProcess exporter = startProcess(parts.exporter());
        progress.accept("Alertmanager");
        ManagedProcess alertmanager = startProcess(parts.alertmanager());
        progress.accept("Prometheus");
        ManagedProcess prometheus = startProcess(parts.prometheus());
        awaitReady(exporter, addresses.exporter());
        awaitReady(alertmanager, addresses.alertmanager());
        awaitReady(prometheus, addresses.prometheus());
        return addresses.chain();
    }

    private synchronized void configure(StackAddresses addresses) throws IOException {
        failIfClosed(); // close() has removed the directory, and would not come back for new files
        files.configure(addresses);
    }

    private synchronized ManagedProcess startProcess(StackPart part) throws IOException {
        failIfClosed();
        ManagedProcess process = ManagedProcess.start(part, Lifetime.WITH_STARTER, files.log(part.name()));
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
        files.delete();
    }
}
