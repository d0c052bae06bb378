package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.ToolApi;
import io.sentry.logback.SentryAppender;
import org.jspecify.annotations.Nullable;

/**
 * An appender that reports errors to Sentry from its start to its stop, for use in a logging configuration file. A bot
 * uses {@link SentryReporting} instead. Thread-safe; never throws and never blocks a thread that logs.
 */
@ToolApi
public final class ReportingAppender extends SentryAppender {
    private final SentrySettings settings;
    private final String component;
    private @Nullable SentryReporting reporting;

    /** @param component the part of the platform, used as tag {@code component} of each event */
    public ReportingAppender(SentrySettings settings, String component) {
        this.settings = settings;
        this.component = component;
        setName("sentry");
        LogbackAttachment.skipSdkInitialisation(this);
    }

    @Override
    public void start() {
        super.start();
        reporting = SentryReporting.startWithoutAppender(settings, component);
    }

    @Override
    public void stop() {
        super.stop();
        if (reporting != null) {
            reporting.close();
            reporting = null;
        }
    }
}
