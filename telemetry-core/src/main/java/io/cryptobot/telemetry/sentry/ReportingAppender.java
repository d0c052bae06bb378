package io.cryptobot.telemetry.sentry;

import io.sentry.logback.SentryAppender;
import org.jspecify.annotations.Nullable;

/**
 * Error reports whose life is that of an appender, for a logging configuration that is read from a file: from its start
 * to its stop it does what {@link SentryReporting} does for a bot. Thread-safe; never throws and never blocks a thread that logs.
 */
public final class ReportingAppender extends SentryAppender {
    private final SentrySettings settings;
    private final String component;
    private @Nullable SentryReporting reporting;

    /** @param component the part of the platform that runs; the tag {@code component} of each event */
    public ReportingAppender(SentrySettings settings, String component) {
        this.settings = settings;
        this.component = component;
        setName("sentry");
        LogbackAttachment.leaveInitialisationToUs(this);
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
