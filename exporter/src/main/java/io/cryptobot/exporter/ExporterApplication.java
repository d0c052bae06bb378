package io.cryptobot.exporter;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.page.BotCollector;
import io.cryptobot.exporter.page.MetricsPage;
import io.cryptobot.exporter.page.OwnCollector;
import io.cryptobot.exporter.web.ExporterServlet;
import io.cryptobot.exporter.web.LandingPage;
import io.cryptobot.exporter.web.PlainErrorHandler;
import io.cryptobot.telemetry.CryptobotHome;
import io.cryptobot.telemetry.RunDirectory;
import io.cryptobot.telemetry.sentry.SentryReporting;
import io.cryptobot.telemetry.sentry.SentrySettings;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.ArgumentParserException;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the counters files of every bot on this host. {@code java -jar exporter.jar server [exporter.yml]}; without a
 * file the one in the jar is used. Exit codes: 143 stopped in order by SIGTERM, 2 usage, 3 configuration or a port in use, 1 other.
 */
public final class ExporterApplication extends Application<ExporterConfiguration> {
    private static final Logger LOGGER = LoggerFactory.getLogger(ExporterApplication.class);

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
    }

    @Override
    public void initialize(Bootstrap<ExporterConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(PackedConfiguration.withVariables(System::getenv));
    }

    @Override
    public void run(ExporterConfiguration configuration, Environment environment) {
        CryptobotHome home = CryptobotHome.from(System.getenv());
        SentrySettings sentry = SentrySettings.resolve(Map.of(), System.getenv(), home.runtimeOverrides());
        environment.lifecycle().manage(new AutoCloseableManager(SentryReporting.start(sentry, "exporter")));
        RunDirectory runDirectory = configuration.runDirectory(System.getenv());
        BotDirectory bots = new BotDirectory(
                runDirectory,
                configuration.heartbeatTimeout(),
                configuration.forgetAfter(),
                System::nanoTime,
                InstantSource.system());
        environment.lifecycle().manage(new AutoCloseableManager(bots));
        MetricsPage page = new MetricsPage(
                new BotCollector(bots, configuration.createdTimestamps()),
                new OwnCollector(environment.metrics()),
                System::nanoTime);
        // Five pages do not need Jersey: without it the exporter starts sooner and is smaller.
        environment.jersey().disable();
        environment
                .servlets()
                .addServlet("exporter", new ExporterServlet(page, bots, new LandingPage(version())))
                .addMapping("/*");
        environment.getApplicationContext().setErrorHandler(new PlainErrorHandler());
        environment.healthChecks().register("counters-files", new UnreadableFilesCheck(bots));
        environment.healthChecks().register("metrics-page", new LastPageCheck(page, System::nanoTime));
        environment.lifecycle().addServerLifecycleListener(server -> started(server, runDirectory));
    }

    private static void started(Server server, RunDirectory runDirectory) {
        server.setErrorHandler(new PlainErrorHandler());
        // The ports as opened: with port 0 in the configuration this line is the only place that tells them.
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

    private static String version() {
        return Objects.requireNonNullElse(ExporterApplication.class.getPackage().getImplementationVersion(), "unknown");
    }
}
