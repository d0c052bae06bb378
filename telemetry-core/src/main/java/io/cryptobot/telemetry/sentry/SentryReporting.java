package io.cryptobot.telemetry.sentry;

import static java.util.Objects.requireNonNull;

import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.files.InstanceName;
import io.sentry.DataCategory;
import io.sentry.Hint;
import io.sentry.RequestDetails;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.clientreport.DiscardReason;
import io.sentry.transport.ITransport;
import io.sentry.transport.RateLimiter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the errors of this process to Sentry. From {@link #start} to {@link #close} each log line of level ERROR and
 * each uncaught exception becomes a redacted event. The event also contains earlier log lines of level INFO and above.
 * A process can have only one active object, because the SDK is global.
 *
 * <p>It never throws and never blocks a thread that logs: events wait in a bounded queue, and events that do not fit
 * are dropped and counted. A bot's events also wait on disk until Sentry has acknowledged them, see {@link #startBot}.
 * If reporting cannot start, it is off and one line is logged. Thread-safe.
 */
public final class SentryReporting implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SentryReporting.class);

    /** Maximum wait for Sentry at the end of the process and in {@link #close}. */
    private static final Duration FLUSH_TIMEOUT = Duration.ofMillis(2500);

    /** Keys of the logging context; their values become searchable tags. */
    private static final List<String> CONTEXT_TAGS = List.of("exchange", "strategy", "symbol", "mode");

    private final Map<Throwable, SentryAcknowledgement> expected = Collections.synchronizedMap(new WeakHashMap<>());
    /** Acknowledgements by event id. */
    private final Map<String, SentryAcknowledgement> awaited = new ConcurrentHashMap<>();

    private final Map<String, Supplier<String>> tags = new ConcurrentHashMap<>();
    private final EventCounts counts = new EventCounts();
    private final Consumer<SentryDelivery> listener;
    private volatile boolean on;
    private @Nullable LogbackAttachment attachment;

    /**
     * Options for sending events; only tests use other values than the defaults.
     *
     * @param spoolDirectory the directory of waiting events; null to keep them in memory
     */
    record TransportOptions(@Nullable Path spoolDirectory, Spool.Limits limits, SpoolingTransport.Backoff backoff) {
        static TransportOptions of(@Nullable Path spoolDirectory) {
            return new TransportOptions(spoolDirectory, Spool.Limits.DEFAULT, SpoolingTransport.Backoff.DEFAULT);
        }
    }

    /** The source of log lines. */
    enum Appender {
        /** An appender that is attached to logback's root logger. */
        ATTACHED,
        /** The caller, which is an appender itself. */
        CALLER
    }

    private SentryReporting(Consumer<SentryDelivery> listener) {
        this.listener = listener;
    }

    /** Starts without a listener, see {@link #start(SentrySettings, String, Consumer)}. */
    public static SentryReporting start(SentrySettings settings, String component) {
        return start(settings, component, delivery -> {});
    }

    /**
     * Starts reporting. Returns an object that does nothing if reporting is off or the SDK fails. Events that Sentry
     * has not acknowledged are lost at the end of the process.
     *
     * @param component the part of the platform, for example {@code bot}, used as tag {@code component} of each event
     * @param listener receives the delivery result of each event; it must not block
     */
    public static SentryReporting start(SentrySettings settings, String component, Consumer<SentryDelivery> listener) {
        return start(settings, component, listener, TransportOptions.of(null), Appender.ATTACHED);
    }

    /**
     * Starts reporting for a bot: events carry the tags {@code component=bot} and {@code instance}, and wait in a
     * directory until Sentry has acknowledged them. They survive an outage, a restart and a {@code kill -9}. Sentry
     * receives them in the sequence of the log.
     *
     * @param spoolDirectory only for this instance, see {@link io.cryptobot.telemetry.files.CryptobotHome#sentrySpool}.
     *     If it cannot be used, one line is logged and events wait in memory
     */
    public static SentryReporting startBot(SentrySettings settings, InstanceName instance, Path spoolDirectory) {
        SentryReporting reporting =
                start(settings, "bot", delivery -> {}, TransportOptions.of(spoolDirectory), Appender.ATTACHED);
        reporting.tag("instance", instance::toString);
        return reporting;
    }

    /** Like {@link #start(SentrySettings, String)}, but without an appender, because the caller is an appender. */
    static SentryReporting startWithoutAppender(SentrySettings settings, String component) {
        return start(settings, component, delivery -> {}, TransportOptions.of(null), Appender.CALLER);
    }

    static SentryReporting start(
            SentrySettings settings,
            String component,
            Consumer<SentryDelivery> listener,
            TransportOptions transport,
            Appender appender) {
        requireNonNull(component, "component is null");
        SentryReporting reporting = new SentryReporting(requireNonNull(listener, "listener is null"));
        settings.warnings().forEach(LOGGER::warn);
        if (settings.dsn() != null) {
            try {
                reporting.on(reporting.options(settings, settings.dsn(), component, transport), appender);
                LOGGER.info("{}", settings);
            } catch (RuntimeException | LinkageError e) {
                reporting.close();
                Sentry.close();
                LOGGER.warn("Sentry off: {}", Redactor.redact(e.toString()));
            }
        }
        return reporting;
    }

    /** {@return true if errors are reported} */
    public boolean isOn() {
        return on;
    }

    /** {@return the acknowledgement of this error} The caller must log the error once afterwards, at level ERROR. */
    public SentryAcknowledgement acknowledgementOf(Throwable error) {
        SentryAcknowledgement acknowledgement = new SentryAcknowledgement();
        expected.put(error, acknowledgement);
        if (!on) {
            acknowledgement.complete(new SentryDelivery(SentryDelivery.Result.DROPPED, "", "Sentry reporting is off"));
        }
        return acknowledgement;
    }

    /**
     * Adds a tag to each later event, such as the trading mode. The value is read when the event is logged. A value in
     * the logging context under the same name overrides it.
     *
     * @param value called by the thread that logs; if it throws, the event is sent without the tag
     */
    public void tag(String name, Supplier<String> value) {
        tags.put(name, value);
    }

    /**
     * Counts the results of all events of this object, also of earlier events, in {@code
     * cryptobot_sentry_events_total}. Results that arrive after the telemetry was closed are not exported.
     */
    public void registerCounters(Telemetry telemetry) {
        counts.moveTo(telemetry);
    }

    /**
     * Sends the waiting events for at most three seconds, and stops the threads. Events of a bot that could not be sent
     * stay on disk.
     */
    @Override
    public void close() {
        if (attachment != null) {
            attachment.detach();
            attachment = null;
        }
        if (on) {
            on = false;
            Sentry.flush(FLUSH_TIMEOUT.toMillis());
            // otherwise the SDK waits again, twice for each of its three scopes
            Sentry.getCurrentScopes().getOptions().setFlushTimeoutMillis(0);
            Sentry.getCurrentScopes().getOptions().setShutdownTimeoutMillis(0);
            Sentry.close();
        }
    }

    private void on(SentryOptions options, Appender appender) {
        // not init(lambda), because it ignores an exception of the lambda and continues without redaction
        Sentry.init(options);
        if (Sentry.getCurrentScopes().getOptions().getBeforeSend() != options.getBeforeSend()) {
            throw new IllegalStateException("another part of the process has already set Sentry up, without redaction");
        }
        on = Sentry.isEnabled();
        if (appender == Appender.ATTACHED) {
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

    private SentryOptions options(
            SentrySettings settings, SentryDsn dsn, String component, TransportOptions transport) {
        SentryOptions options = new SentryOptions();
        // a blank SENTRY_DSN or a stray sentry.properties must not change these settings
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
        options.setOnDiscard((reason, category, count) -> discarded(reason, category));
        options.setTransportFactory((unused, address) -> transport(options, address, transport));
        return options;
    }

    private ITransport transport(SentryOptions options, RequestDetails address, TransportOptions transport) {
        Clock clock = Clock.systemUTC();
        Spool spool = transport.spoolDirectory() == null
                ? Spool.inMemory(transport.limits(), clock)
                : Spool.open(transport.spoolDirectory(), transport.limits(), clock, SentryReporting::warnAboutSpool);
        RateLimiter limiter = new RateLimiter(options);
        EnvelopePost post = new EnvelopePost(address, limiter, clock);
        return new SpoolingTransport(
                        options.getSerializer(), spool, post, limiter, transport.backoff(), this::delivered)
                .start();
    }

    private static void warnAboutSpool(String problem) {
        LOGGER.warn("Events for Sentry wait in memory and end with the process: {}", Redactor.redact(problem));
    }

    private SentryEvent beforeSend(SentryEvent event, Hint hint) {
        tags.forEach((name, value) -> {
            if (event.getTag(name) == null) {
                setTag(event, name, value);
            }
        });
        SentryEvent redacted = EventRedaction.redact(event);
        Throwable error = redacted.getThrowable();
        SentryAcknowledgement acknowledgement = error == null ? null : expected.remove(error);
        if (acknowledgement != null) {
            awaited.put(String.valueOf(redacted.getEventId()), acknowledgement);
        }
        return redacted;
    }

    private static void setTag(SentryEvent event, String name, Supplier<String> value) {
        try {
            event.setTag(name, value.get());
        } catch (RuntimeException e) {
            // an error report without this tag is better than none
        }
    }

    private void discarded(DiscardReason reason, DataCategory category) {
        if (category == DataCategory.Error) {
            delivered(new SentryDelivery(
                    SentryDelivery.Result.DROPPED, "", "the SDK does not send it: " + reason.getReason()));
        }
    }

    private void delivered(SentryDelivery delivery) {
        counts.count(delivery.result());
        SentryAcknowledgement acknowledgement = awaited.remove(delivery.eventId());
        if (acknowledgement != null) {
            acknowledgement.complete(delivery);
        }
        try {
            listener.accept(delivery);
        } catch (RuntimeException e) {
            LOGGER.warn("A listener to Sentry's answers failed: {}", Redactor.redact(e.toString()));
        }
    }
}
