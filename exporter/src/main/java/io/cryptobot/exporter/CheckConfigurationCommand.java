package io.cryptobot.exporter;

import io.dropwizard.core.Application;
import io.dropwizard.core.cli.CheckCommand;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import net.sourceforge.argparse4j.inf.Argument;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

/** The command {@code check}: parses the configuration file and its web configuration, and reports mistakes. */
final class CheckConfigurationCommand extends CheckCommand<ExporterConfiguration> {
    CheckConfigurationCommand(Application<ExporterConfiguration> application) {
        super(application);
    }

    @Override
    protected Argument addFileArgument(Subparser subparser) {
        return super.addFileArgument(subparser).setDefault(PackedConfiguration.PATH);
    }

    @Override
    protected void run(
            Bootstrap<ExporterConfiguration> bootstrap, Namespace namespace, ExporterConfiguration configuration)
            throws Exception {
        configuration.webSecurity();
        super.run(bootstrap, namespace, configuration);
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable failure) {
        cli.getStdErr()
                .println("cryptobot-exporter: " + StartFailure.of(failure).message());
    }
}
