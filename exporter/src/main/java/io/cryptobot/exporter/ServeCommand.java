package io.cryptobot.exporter;

import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.EnvironmentCommand;
import io.dropwizard.core.setup.Environment;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * The command {@code server}. It differs from Dropwizard's own command in two ways: a failed start prints one line on
 * standard error instead of two stack traces, and the configuration file has a default.
 */
class ServeCommand extends EnvironmentCommand<ExporterConfiguration> {
    ServeCommand(Application<ExporterConfiguration> application) {
        this(application, "server", "Serves the metrics of the bots on this host");
    }

    ServeCommand(Application<ExporterConfiguration> application, String name, String description) {
        super(application, name, description);
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return super.addFileArgument(subparser).setDefault(PackedConfiguration.PATH);
    }

    @Override
    protected Class<ExporterConfiguration> getConfigurationClass() {
        return ExporterConfiguration.class;
    }

    @Override
    protected void run(Environment environment, Namespace namespace, ExporterConfiguration configuration)
            throws Exception {
        Server server = configuration.getServerFactory().build(environment);
        server.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStopped(LifeCycle event) {
                cleanup();
            }
        });
        cleanupAsynchronously();
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        cli.getStdErr()
                .println("cryptobot-exporter: " + StartFailure.of(failure).message());
    }
}
