package io.cryptobot.exporter;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.UnreadableFilesCheck;
import io.cryptobot.exporter.exposition.Exposition;
import io.cryptobot.exporter.exposition.LastScrapeCheck;
import io.cryptobot.exporter.security.WebSecurity;
import io.cryptobot.exporter.status.StatusEndpoints;
import io.cryptobot.exporter.web.ExporterServlet;
import io.cryptobot.exporter.web.PlainErrorHandler;
import io.cryptobot.exporter.web.ScrapeEndpoints;
import io.cryptobot.exporter.web.WebResponse;
import io.cryptobot.telemetry.files.RunDirectory;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the counters files of every bot on this host. Start it with {@code java -jar exporter.jar server
 * [exporter.yml]}; the default is the file {@code exporter.yml} in the jar. Exit codes: 143 stopped by SIGTERM, 2
 * usage, 3 configuration or a port in use, 1 other.
 */
public final class ExporterApplication extends Application<ExporterConfiguration> {
    private static final Logger LOGGER = LoggerFactory.getLogger(ExporterApplication.class);

    private final ServerTimings timings;

    public ExporterApplication() {
        this(ServerTimings.SHIPPED);
    }

    ExporterApplication(ServerTimings timings) {
        this.timings = timings;
    }

    public static void main(String[] arguments) throws Exception {
        new ExporterApplication().run(arguments);
    }

    @Override
    public String getName() {
        return "cryptobot-exporter";
    }

    @Override
    protected void addDefaultCommands(Bootstrap<ExporterConfiguration> bootstrap) {
        bootstrap.addCommand(new ServeCommand(this));
        bootstrap.addCommand(new CheckConfigurationCommand(this));
        bootstrap.addCommand(new RehearseCommand(this));
    }

    @Override
    public void initialize(Bootstrap<ExporterConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(PackedConfiguration.withVariables(System::getenv));
    }

    @Override
    public void run(ExporterConfiguration configuration, Environment environment) throws IOException {
        WebSecurity security = configuration.webSecurity();
        RunDirectory runDirectory = configuration.runDirectory(System.getenv());
        BotDirectory bots = new BotDirectory(
                runDirectory,
                configuration.heartbeatTimeout(),
                configuration.forgetAfter(),
                System::nanoTime,
                InstantSource.system());
        environment.lifecycle().manage(new AutoCloseableManager(bots));
        Exposition exposition =
                Exposition.of(bots, configuration.createdTimestamps(), environment.metrics(), System::nanoTime);
        Map<String, Function<HttpServletRequest, WebResponse>> pages =
                new HashMap<>(ScrapeEndpoints.of(exposition, bots));
        pages.putAll(StatusEndpoints.of(environment.lifecycle(), bots, configuration.runbookUrl()));
        // Five pages do not need Jersey. Without it the exporter starts faster and is smaller.
        environment.jersey().disable();
        var servlet =
                environment.servlets().addServlet("exporter", new ExporterServlet(pages, timings.responseTimeout()));
        servlet.setAsyncSupported(true);
        servlet.addMapping("/*");
        environment.getApplicationContext().setErrorHandler(new PlainErrorHandler());
        // A request without a path ("GET ?a") gets status 404. Jetty would redirect it to a host that the client
        // chooses.
        environment.getApplicationContext().setAllowNullPathInContext(true);
        security.protect(environment, new PlainErrorHandler(), timings.webConfigInterval());
        environment.healthChecks().register("counters-files", new UnreadableFilesCheck(bots));
        environment.healthChecks().register("metrics-page", new LastScrapeCheck(exposition, System::nanoTime));
        environment.lifecycle().addServerLifecycleListener(server -> started(server, runDirectory));
    }

    private static void started(Server server, RunDirectory runDirectory) {
        // Logs the opened ports. With port 0 in the configuration only this line contains them.
        String ports = Arrays.stream(server.getConnectors())
                .map(connector -> connector.getName() + " port " + ((NetworkConnector) connector).getLocalPort())
                .collect(Collectors.joining(", "));
        LOGGER.info("Serving the bots of {} on {}", runDirectory.path(), ports);
    }

    @Override
    protected void onFatalError(Throwable failure) {
        System.exit(
                failure instanceof ArgumentParserException
                        ? StartFailure.USAGE
                        : StartFailure.of(failure).exitCode());
    }
}
