package io.cryptobot.smoke.exchange;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the simulated exchange until it is stopped; a stack in the background starts it as the exchange's process. */
@Command(name = "demo-exchange", hidden = true, description = "Runs the simulated exchange until it is stopped.")
public final class DemoExchangeCommand implements Callable<Integer> {
    private static final long SEED = 1;

    @Option(names = "--port", required = true, description = "Port.")
    private int port;

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1",
            paramLabel = "<address>",
            description = "Address (default: ${DEFAULT-VALUE}); another one only in a container.")
    private InetAddress listen = InetAddress.getLoopbackAddress();

    @Override
    public Integer call() throws InterruptedException {
        try (SimulatedExchange unused = SimulatedExchange.start(
                new RandomWalk(SEED, System.currentTimeMillis()), new InetSocketAddress(listen, port), SEED)) {
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot listen on " + listen.getHostAddress() + ":" + port + ": " + e.getMessage(),
                    e);
        }
        return ExitCode.PASS.code();
    }
}
