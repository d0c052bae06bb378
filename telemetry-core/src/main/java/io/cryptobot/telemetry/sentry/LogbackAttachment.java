package io.cryptobot.telemetry.sentry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.sentry.SentryOptions;
import io.sentry.logback.SentryAppender;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;

/** Sentry's appender on logback's root logger. This class is loaded only if logback is the logging back end. */
final class LogbackAttachment {
    private final Logger root;
    private final SentryAppender appender;

    private LogbackAttachment(Logger root, SentryAppender appender) {
        this.root = root;
        this.appender = appender;
    }

    /** {@return the attachment; null if the bot's own logging configuration already has such an appender} */
    static @Nullable LogbackAttachment attach(ILoggerFactory loggerFactory) {
        LoggerContext context = (LoggerContext) loggerFactory;
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (Iterator<Appender<ILoggingEvent>> others = root.iteratorForAppenders(); others.hasNext(); ) {
            if (others.next() instanceof SentryAppender) {
                return null;
            }
        }
        SentryAppender appender = new SentryAppender();
        skipSdkInitialisation(appender);
        appender.setContext(context);
        appender.setName("sentry");
        appender.start();
        root.addAppender(appender);
        return new LogbackAttachment(root, appender);
    }

    /** Skips the appender's own initialisation, because it would read the environment and send without redaction. */
    static void skipSdkInitialisation(SentryAppender appender) {
        SentryOptions ignored = new SentryOptions();
        ignored.setDsn("ALREADY_INITIALISED_IS_UNDEFINED"); // the appender skips its initialisation for this suffix
        appender.setOptions(ignored);
    }

    void detach() {
        root.detachAppender(appender);
        appender.stop();
    }
}
