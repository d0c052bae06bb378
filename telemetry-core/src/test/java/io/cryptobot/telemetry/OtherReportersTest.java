package io.cryptobot.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.graphite.Graphite;
import com.codahale.metrics.graphite.GraphiteReporter;
import com.codahale.metrics.jmx.JmxReporter;
import io.cryptobot.telemetry.dropwizard.DropwizardClock;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ManualClock;
import io.dropwizard.metrics.servlets.MetricsServlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bot's other reporters make of metrics that live in the file; the console is in {@link TelemetryTest}. */
class OtherReportersTest {
    private static final String FAILED = "cryptobot_orders_failed_by_reason_total.kra\"ken: EU.live.timeout";

    @TempDir
    Path directory;

    private Telemetry telemetry;

    /** One metric of each of our classes. */
    @BeforeEach
    void count() {
        telemetry = Telemetry.builder(new TelemetrySettings(new InstanceName("bot"), new RunDirectory(directory)))
                .clock(new DropwizardClock(new ManualClock()))
                .openWithoutTimers();
        telemetry
                .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "kra\"ken: EU", "live", "timeout")
                .inc(3);
        telemetry.meter(MetricCatalog.ORDERS_BLOCKED, "halt").mark(2);
        telemetry.gauge(MetricCatalog.ORDERS_UNKNOWN).set(7);
        telemetry.timer(MetricCatalog.ORDER_LATENCY, "drill").update(80, TimeUnit.MILLISECONDS);
        for (int order = 0; order < 4; order++) {
            telemetry.orders(OrderMode.LIVE).latency().update(60);
        }
    }

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void jmxShowsThem() throws Exception {
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        try (JmxReporter reporter = JmxReporter.forRegistry(telemetry.registry())
                .registerWith(server)
                .inDomain("bot")
                .build()) {
            reporter.start();
            assertThat(attribute(server, FAILED, "Count")).isEqualTo(3L);
            assertThat(attribute(server, "cryptobot_orders_blocked_total.halt", "Count"))
                    .isEqualTo(2L);
            assertThat(attribute(server, "cryptobot_orders_unknown", "Value")).isEqualTo(7.0);
            assertThat(attribute(server, "cryptobot_telemetry_degraded", "Value"))
                    .isEqualTo(0.0);
            assertThat(attribute(server, "cryptobot_order_latency.drill", "Count"))
                    .isEqualTo(1L);
            assertThat(attribute(server, "cryptobot_order_latency.drill", "Mean"))
                    .isEqualTo(80.0);
            assertThat(attribute(server, "cryptobot_order_latency.live", "Count"))
                    .isEqualTo(4L);
            assertThat(attribute(server, "cryptobot_order_latency.live", "50thPercentile"))
                    .isEqualTo(62.5);
            telemetry.gauge(MetricCatalog.ORDERS_UNKNOWN).set(8);
            assertThat(attribute(server, "cryptobot_orders_unknown", "Value"))
                    .as("read anew")
                    .isEqualTo(8.0);
        }
    }

    @Test
    void graphiteGetsThem() throws Exception {
        Map<String, String> received = new TreeMap<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            GraphiteReporter reporter = GraphiteReporter.forRegistry(telemetry.registry())
                    .convertDurationsTo(TimeUnit.MILLISECONDS)
                    .build(new Graphite(address));
            reporter.report(); // its lines wait in the socket
            reporter.close();
            try (Socket client = server.accept()) {
                new String(client.getInputStream().readAllBytes(), UTF_8)
                        .lines()
                        .forEach(line -> {
                            String[] words = line.split(" ");
                            received.put(words[0], words[1]);
                        });
            }
        }
        assertThat(received)
                .containsEntry("cryptobot_orders_failed_by_reason_total.kra\"ken:-EU.live.timeout.count", "3")
                .containsEntry("cryptobot_orders_blocked_total.halt.count", "2")
                .containsEntry("cryptobot_orders_unknown", "7.00")
                .containsEntry("cryptobot_order_latency.drill.mean", "80.00")
                .containsEntry("cryptobot_order_latency.live.count", "4")
                .containsEntry("cryptobot_order_latency.live.p50", "62.50");
    }

    @Test
    void theMetricsServletServesThem() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ServletContext context = answering(ServletContext.class, Map.of());
        ServletConfig config = answering(ServletConfig.class, Map.of("getServletContext", context));
        HttpServletRequest request = answering(HttpServletRequest.class, Map.of("getMethod", "GET"));
        HttpServletResponse response = answering(HttpServletResponse.class, Map.of("getOutputStream", into(body)));
        MetricsServlet servlet = new MetricsServlet(telemetry.registry());
        servlet.init(config);
        servlet.service(request, response);
        assertThat(body.toString(UTF_8))
                .contains("\"cryptobot_orders_unknown\":{\"value\":7.0}")
                .contains("timeout\":{\"count\":3}")
                .contains("\"cryptobot_orders_blocked_total.halt\":{\"count\":2,")
                .containsPattern("\"cryptobot_order_latency.live\":\\{\"count\":4,\"max\":75,\"mean\":60.0,\"min\":50,"
                        + "\"p50\":62.5,")
                .containsPattern("\"cryptobot_order_latency.drill\":\\{\"count\":1,\"max\":0.1,\"mean\":0.08,");
    }

    private static Object attribute(MBeanServer server, String name, String attribute) throws Exception {
        ObjectName bean = server.queryNames(null, null).stream()
                .filter(each -> each.getDomain().equals("bot"))
                .filter(each -> Set.of(name, ObjectName.quote(name)).contains(each.getKeyProperty("name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name));
        return server.getAttribute(bean, attribute);
    }

    /** What a servlet asks a container, by the method's name; null for everything else. */
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName())));
    }

    private static ServletOutputStream into(ByteArrayOutputStream body) {
        return new ServletOutputStream() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {}

            @Override
            public void write(int octet) {
                body.write(octet);
            }
        };
    }
}
