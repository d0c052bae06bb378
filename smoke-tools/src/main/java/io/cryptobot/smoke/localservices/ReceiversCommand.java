package io.cryptobot.smoke.localservices;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Runs the local Slack, PagerDuty and Sentry until it is stopped. */
@Command(
        name = "receivers",
        description = {
            "Runs a local Slack, PagerDuty and Sentry on loopback, strict about what they accept.",
            "Look at http://127.0.0.1:<port>/ for the messages, at /_received for all of them as JSON."
        })
public final class ReceiversCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Session session;

    @Option(names = "--port", defaultValue = "9180", description = "Port (default: ${DEFAULT-VALUE}; 0: any free one).")
    private int port;

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1",
            paramLabel = "<address>",
            description = "Address to listen on (default: ${DEFAULT-VALUE}); another one only in a container.")
    private InetAddress listen = InetAddress.getLoopbackAddress();

    @Option(
            names = "--fault",
            paramLabel = "<service>=<fault>[:<extent>]",
            converter = FaultConverter.class,
            description = {
                "Inject a fault into slack, pagerduty or sentry; may be given once for each service.",
                "Fault: a status from 400 to 599, hang (no answer) or reset (connection closed).",
                "Extent: a number of requests or a time such as 10s; default: until the end. slack=429:3  sentry=503:10s"
            })
    private List<Fault> faults = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        try (LocalServices receivers = LocalServices.start(new InetSocketAddress(listen, port))) {
            faults.forEach(receivers::inject);
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown, "receivers-stop"));
            PrintWriter out = session.out();
            out.println("slack=" + receivers.slackUrl());
            out.println("pagerduty=" + receivers.pagerDutyUrl());
            out.println("sentry=" + receivers.sentryDsn());
            out.println("page=" + receivers.pageUrl());
            out.flush();
            stopped.await();
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot listen on " + listen.getHostAddress() + ":" + port + " (" + e.getMessage()
                            + "); choose another port with --port",
                    e);
        }
        return ExitCode.PASS.code();
    }

    static final class FaultConverter implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String text) {
            try {
                return Fault.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
