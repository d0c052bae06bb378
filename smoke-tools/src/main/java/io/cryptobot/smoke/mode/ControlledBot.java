package io.cryptobot.smoke.mode;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.Session;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.command.CommandClient;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeAudit;
import io.cryptobot.trading.mode.ModeSwitch;
import io.cryptobot.trading.order.UnknownOrders;
import java.nio.file.Path;

/** The bot of the environment, with its control file and its state directory. Immutable. */
record ControlledBot(TelemetrySettings settings, Path stateDirectory) {
    static ControlledBot of(TelemetrySettings settings, Session session) {
        return new ControlledBot(settings, session.home().stateDirectory());
    }

    /** @throws CommandFailure if a setting of the environment is invalid */
    static ControlledBot from(Session session) {
        try {
            return of(TelemetrySettings.from(session.environment()), session);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    InstanceName name() {
        return settings.instance();
    }

    ModeSwitch modeSwitch() {
        return new ModeSwitch(controlFile(), new DurableMode(stateDirectory, name()));
    }

    ModeAudit audit() {
        return new ModeAudit(stateDirectory, name());
    }

    UnknownOrders unknownOrders() {
        return UnknownOrders.open(stateDirectory, name());
    }

    CommandClient commands() {
        return new CommandClient(controlFile(), name());
    }

    CommandFailure didNotAnswer() {
        return new CommandFailure(
                ExitCode.TIMEOUT,
                "no running bot " + name()
                        + " has answered; start it, or check CRYPTOBOT_INSTANCE, CRYPTOBOT_RUN_DIR, user and"
                        + " container");
    }

    private Path controlFile() {
        return settings.runDirectory().controlFile(name());
    }
}
