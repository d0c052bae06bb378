package io.cryptobot.exporter;

import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.sourceforge.argparse4j.inf.Namespace;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;

/**
 * The command {@code rehearse}, the training run for a class data archive. It starts the exporter once on free loopback
 * ports with a temporary bot, requests each page and ends. The archive halves the start time of the exporter: {@code
 * java @jvm.options -XX:ArchiveClassesAtExit=exporter.jsa -jar exporter.jar rehearse}.
 */
final class RehearseCommand extends ServeCommand {
    private static final int SOME_SCRAPES = 50;
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

    /** Each page with the {@code Accept} header of its request. */
    private static final List<Map.Entry<String, String>> PAGES = List.of(
            Map.entry("/metrics", OPEN_METRICS),
            Map.entry("/metrics", "text/plain; version=0.0.4"),
            Map.entry("/", "text/html"),
            Map.entry("/-/healthy", "*/*"),
            Map.entry("/-/ready", "*/*"));

    RehearseCommand(Application<ExporterConfiguration> application) {
        super(application, "rehearse", "Starts on free ports, requests each page and ends; for a class data archive");
    }

    @Override
    protected void run(
            Bootstrap<ExporterConfiguration> bootstrap, Namespace namespace, ExporterConfiguration configuration)
            throws Exception {
        Path directory = Files.createTempDirectory("cryptobot-rehearsal");
        RunDirectory run = new RunDirectory(directory.resolve("run"));
        try (Telemetry unused = Telemetry.open(new TelemetrySettings(new InstanceName("rehearsal"), run))) {
            configuration.prepareRehearsal(run);
            onFreeLoopbackPorts((DefaultServerFactory) configuration.getServerFactory());
            super.run(bootstrap, namespace, configuration);
        } finally {
            delete(directory);
        }
    }

    private static void onFreeLoopbackPorts(DefaultServerFactory factory) {
        Stream.of(factory.getApplicationConnectors(), factory.getAdminConnectors())
                .flatMap(List::stream)
                .forEach(RehearseCommand::onAFreeLoopbackPort);
    }

    private static void onAFreeLoopbackPort(ConnectorFactory connector) {
        HttpConnectorFactory http = (HttpConnectorFactory) connector;
        http.setBindHost("127.0.0.1");
        http.setPort(0);
    }

    @Override
    protected void run(Environment environment, Namespace namespace, ExporterConfiguration configuration)
            throws Exception {
        Server server = configuration.getServerFactory().build(environment);
        server.start();
        try {
            int port = ((NetworkConnector) server.getConnectors()[0]).getLocalPort();
            for (int scrape = 0; scrape < SOME_SCRAPES; scrape++) {
                for (Map.Entry<String, String> page : PAGES) {
                    ask(URI.create("http://127.0.0.1:" + port + page.getKey()), page.getValue());
                }
            }
        } finally {
            server.stop();
            cleanup();
        }
    }

    /** Uses {@code URLConnection}, because the classes of {@code java.net.http} would be in the archive without use. */
    private static void ask(URI page, String accept) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
        connection.setRequestProperty("Accept", accept);
        connection.setRequestProperty("Accept-Encoding", "gzip");
        connection.setRequestProperty("Connection", "close"); // an open connection would delay the stop
        try (var body = connection.getInputStream()) {
            body.readAllBytes();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
