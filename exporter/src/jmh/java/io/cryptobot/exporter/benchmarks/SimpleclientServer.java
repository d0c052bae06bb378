package io.cryptobot.exporter.benchmarks;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.servlet.jakarta.exporter.MetricsServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Peer: simpleclient's own servlet on a plain Jetty, with counters in its memory. Prints its port. */
final class SimpleclientServer {
    private SimpleclientServer() {}

    /** Argument: how many series. */
    public static void main(String[] arguments) throws Exception {
        CollectorRegistry registry = new CollectorRegistry();
        Counter counter = Counter.build("peer_orders_failed_by_reason_total", "Failed orders by reason.")
                .labelNames("bot", "exchange", "mode", "reason")
                .register(registry);
        for (int series = 0; series < Integer.parseInt(arguments[0]); series++) {
            counter.labels("bot-" + series / Fleet.SERIES, "exchange-" + series % Fleet.SERIES, "live", "timeout")
                    .inc(17);
        }
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new MetricsServlet(registry)), "/metrics");
        server.setHandler(context);
        server.start();
        System.out.println("port " + connector.getLocalPort());
    }
}
