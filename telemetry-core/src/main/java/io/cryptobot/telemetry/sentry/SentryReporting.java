package io.cryptobot.telemetry.sentry;

import static java.util.Objects.requireNonNull;

import io.cryptobot.telemetry.Redactor;
import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Error reports of this process: from {@link #start} to {@link #close} each line that is logged at level ERROR becomes a
 * redacted event in Sentry, with the lines since level INFO before it as its history, and so does an exception that nobody
 * caught. One at a time in a process, since the SDK is global.
 *
 * <p>Never throws and never blocks a thread that logs: events wait in a bounded queue, and what does not fit is dropped.
 * When something is wrong, reporting is off and says so in one line of the log. Thread-safe.
 */
public final class SentryReporting implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SentryReporting.class);

    /** How long to wait for a Sentry that does not answer. A process that dies of an uncaught exception waits twice. */
    private static final Duration FLUSH_TIMEOUT = Duration.ofMillis(2500);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    /** Keys of the logging context that become searchable tags. */
    private static final List<String> CONTEXT_TAGS = List.of("exchange", "strategy", "symbol", "trading_mode");

    private final Map<Throwable, SentryAcknowledgement> expected = Collections.synchronizedMap(new WeakHashMap<>());
    private final DeliveryTracker tracker = new DeliveryTracker();
    private final Consumer<SentryDelivery> listener;
    private volatile boolean on;
    private @Nullable LogbackAttachment attachment;

    private SentryReporting(Consumer<SentryDelivery> listener) {
        this.listener = listener;
    }

    /** Starts without a listener, see {@link #start(SentrySettings, String, Consumer)}. */
    public static SentryReporting start(SentrySettings settings, String component) {
        return start(settings, component, delivery -> {});
    }

    /**
     * Starts reporting, or returns an object that does nothing when the settings say off or when the SDK fails.
     *
     * @param component the part of the platform that runs, such as {@code bot}; the tag {@code component} of each event
     * @param listener told the fate of each event, on the SDK's thread; it must neither block nor throw
     */
    public static SentryReporting start(SentrySettings settings, String component, Consumer<SentryDelivery> listener) {
        return start(settings, component, listener, true);
    }

    /** As {@link #start(SentrySettings, String)}, without an appender: the caller is one. */
    static SentryReporting startWithoutAppender(SentrySettings settings, String component) {
        return start(settings, component, delivery -> {}, false);
    }

    private static SentryReporting start(
            SentrySettings settings, String component, Consumer<SentryDelivery> listener, boolean append) {
        requireNonNull(component, "component is null");
        SentryReporting reporting = new SentryReporting(requireNonNull(listener, "listener is null"));
        settings.notes().forEach(LOGGER::warn);
        if (settings.dsn() != null) {
            try {
                reporting.on(settings, settings.dsn(), component, append);
                LOGGER.info("{}", settings);
            } catch (RuntimeException | LinkageError e) {
                reporting.close();
                Sentry.close();
                LOGGER.warn("Sentry off: {}", Redactor.redact(e.toString()));
            }
        }
        return reporting;
    }

    /** {@return whether errors are reported} */
    public boolean isOn() {
        return on;
    }

    /** {@return the answer for this error, which must be logged afterwards, once, at level ERROR} */
    public SentryAcknowledgement expect(Throwable error) {
        SentryAcknowledgement acknowledgement = new SentryAcknowledgement();
        expected.put(error, acknowledgement);
        if (!on) {
            acknowledgement.complete(new SentryDelivery(SentryDelivery.Result.DROPPED, "", "Sentry reporting is off"));
        }
        return acknowledgement;
    }

    /** Sends what waits, for three seconds at most, and ends the SDK's threads. */
    @Override
    public void close() {
        if (attachment != null) {
            attachment.detach();
            attachment = null;
        }
        if (on) {
            on = false;
            Sentry.flush(FLUSH_TIMEOUT.toMillis());
            // without this the SDK waits again, twice for each of its three scopes
            Sentry.getCurrentScopes().getOptions().setFlushTimeoutMillis(0);
            Sentry.getCurrentScopes().getOptions().setShutdownTimeoutMillis(0);
            Sentry.close();
        }
    }

    private void on(SentrySettings settings, SentryDsn dsn, String component, boolean append) {
        // not init(lambda): that one swallows what the lambda throws and goes on without redaction
        SentryOptions options = options(settings, dsn, component);
        Sentry.init(options);
        if (Sentry.getCurrentScopes().getOptions().getBeforeSend() != options.getBeforeSend()) {
            throw new IllegalStateException("another part of the process has already set Sentry up, without redaction");
        }
        on = Sentry.isEnabled();
        if (append) {
            attach();
        }
    }

    private void attach() {
        ILoggerFactory loggerFactory = LoggerFactory.getILoggerFactory();
        if (loggerFactory.getClass().getName().equals("ch.qos.logback.classic.LoggerContext")) {
            attachment = LogbackAttachment.attach(loggerFactory);
        } else {
            LOGGER.warn(
                    "Sentry receives uncaught exceptions only: the logging back end is {}, not logback",
                    loggerFactory.getClass().getName());
        }
    }

    private SentryOptions options(SentrySettings settings, SentryDsn dsn, String component) {
        SentryOptions options = new SentryOptions();
        // a blank SENTRY_DSN or a stray sentry.properties must not change what was decided
        options.setEnableExternalConfiguration(false);
        options.setDsn(dsn.reveal());
        options.setEnvironment(settings.environment());
        options.setRelease(settings.release().isEmpty() ? null : settings.release());
        options.setTag("component", component);
        CONTEXT_TAGS.forEach(options::addContextTag);
        options.setBeforeSend(this::beforeSend);
        options.setSendModules(false);
        options.setAttachServerName(false);
        options.setSendDefaultPii(false);
        // otherwise an uncaught exception leaves no trace on the bot's own console
        options.setPrintUncaughtStackTrace(true);
        options.setFlushTimeoutMillis(FLUSH_TIMEOUT.toMillis());
        options.setConnectionTimeoutMillis((int) CONNECT_TIMEOUT.toMillis());
        options.setReadTimeoutMillis((int) READ_TIMEOUT.toMillis());
        options.setOnDiscard(tracker);
        // the only way to the HTTP status; the tracker prints nothing
        options.setLogger(tracker);
        options.setDiagnosticLevel(SentryLevel.ERROR);
        options.setDebug(true);
        return options;
    }

    private SentryEvent beforeSend(SentryEvent event, Hint hint) {
        SentryEvent redacted = EventRedaction.redact(event);
        Throwable error = redacted.getThrowable();
        SentryAcknowledgement acknowledgement = error == null ? null : expected.remove(error);
        tracker.track(redacted, hint, delivery -> {
            if (acknowledgement != null) {
                acknowledgement.complete(delivery);
            }
            listener.accept(delivery);
        });
        return redacted;
    }
}
