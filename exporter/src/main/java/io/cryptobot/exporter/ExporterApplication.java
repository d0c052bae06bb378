package io.cryptobot.exporter;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.page.BotCollector;
import io.cryptobot.exporter.page.MetricsPage;
import io.cryptobot.exporter.page.OwnCollector;
import io.cryptobot.exporter.security.AccessFilter;
import io.cryptobot.exporter.security.ServerHardening;
import io.cryptobot.exporter.security.WebSecurity;
import io.cryptobot.exporter.status.BotWatch;
import io.cryptobot.exporter.status.StatusServlet;
import io.cryptobot.exporter.web.ExporterServlet;
import io.cryptobot.exporter.web.PlainErrorHandler;
import io.cryptobot.telemetry.RunDirectory;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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
        MetricsPage page = new MetricsPage(
                new BotCollector(bots, configuration.createdTimestamps()),
                new OwnCollector(environment.metrics()),
                System::nanoTime);
        // Five pages do not need Jersey: without it the exporter starts sooner and is smaller.
        environment.jersey().disable();
        var servlet = environment.servlets().addServlet("exporter", new ExporterServlet(page, bots));
        servlet.setAsyncSupported(true);
        servlet.addMapping("/*");
        addStatusPage(configuration, environment, bots);
        environment.getApplicationContext().setErrorHandler(new PlainErrorHandler());
        guard(environment, security);
        environment.healthChecks().register("counters-files", new UnreadableFilesCheck(bots));
        environment.healthChecks().register("metrics-page", new LastPageCheck(page, System::nanoTime));
        environment.lifecycle().addServerLifecycleListener(server -> started(server, runDirectory));
    }

    private static void guard(Environment environment, WebSecurity security) {
        var filter = environment.servlets().addFilter("access", new AccessFilter(security));
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        environment.lifecycle().addEventListener(new ServerHardening(security, new PlainErrorHandler()));
        ScheduledFuture<?> unused = environment
                .lifecycle()
                .scheduledExecutorService("web-config-%d", true)
                .build()
                .scheduleWithFixedDelay(security::look, 0, 1, TimeUnit.SECONDS);
    }

    private static void addStatusPage(ExporterConfiguration configuration, Environment environment, BotDirectory bots) {
        BotWatch watch = new BotWatch(bots::read, bots::isListable, System::nanoTime, InstantSource.system());
        var servlet = environment
                .servlets()
                .addServlet("status", new StatusServlet(watch, version(), configuration.runbookUrl()));
        servlet.setAsyncSupported(true);
        servlet.addMapping(StatusServlet.mappings());
        // With a delay, not at a rate: after a pause of the process one sample is as good as the missed ones.
        var unused = environment
                .lifecycle()
                .scheduledExecutorService("status-history", true)
                .build()
                .scheduleWithFixedDelay(watch::sample, 0, BotWatch.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void started(Server server, RunDirectory runDirectory) {
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
