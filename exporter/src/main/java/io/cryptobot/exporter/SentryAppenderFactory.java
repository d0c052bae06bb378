package io.cryptobot.exporter;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.sentry.ReportingAppender;
import io.cryptobot.telemetry.sentry.SentrySettings;
import io.dropwizard.logging.common.AppenderFactory;
import io.dropwizard.logging.common.async.AsyncAppenderFactory;
import io.dropwizard.logging.common.filter.LevelFilterFactory;
import io.dropwizard.logging.common.layout.LayoutFactory;
import java.util.Map;

/**
 * {@code type: sentry} in {@code logging.appenders}. It has no keys: the environment and {@code
 * config/runtime_overrides.json} configure Sentry for the whole platform, see {@link SentrySettings}. If the DSN is
 * missing or wrong, it logs one line and the exporter runs without Sentry.
 */
@JsonTypeName("sentry")
public final class SentryAppenderFactory implements AppenderFactory<ILoggingEvent> {
    @Override
    public Appender<ILoggingEvent> build(
            LoggerContext context,
            String applicationName,
            LayoutFactory<ILoggingEvent> layoutFactory,
            LevelFilterFactory<ILoggingEvent> levelFilterFactory,
            AsyncAppenderFactory<ILoggingEvent> asyncAppenderFactory) {
        CryptobotHome home = CryptobotHome.from(System.getenv());
        ReportingAppender appender = new ReportingAppender(
                SentrySettings.resolve(Map.of(), System.getenv(), home.runtimeOverrides()), "exporter");
        appender.setContext(context);
        appender.start(); // without Dropwizard's queue, because the SDK has its own queue
        return appender;
    }
}
