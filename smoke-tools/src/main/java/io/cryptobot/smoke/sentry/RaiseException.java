package io.cryptobot.smoke.sentry;

import io.cryptobot.smoke.cli.Check;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.telemetry.sentry.SentryAcknowledgement;
import io.cryptobot.telemetry.sentry.SentryDelivery;
import io.cryptobot.telemetry.sentry.SentryReporting;
import io.cryptobot.telemetry.sentry.SentrySettings;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one exception to Sentry as the bot sends its own errors: logger, appender, transport, Sentry's answer. Only the spool is
 * left out, so that a failed drill leaves nothing behind.
 */
public final class RaiseException {
    private static final Logger LOGGER = LoggerFactory.getLogger(RaiseException.class);
    private static final Check ACCEPTED = new Check("sentry-accepted", "Sentry accepted the exception");

    private final SentrySettings settings;

    public RaiseException(SentrySettings settings) {
        this.settings = settings;
    }

    /** The bot never throws this exception, so it cannot be confused with a real error. */
    private static final class TelemetrySmokeException extends RuntimeException {
        TelemetrySmokeException() {
            super("telemetry-smoke --raise-exception at " + Instant.now() + ": a drill, nothing is broken");
        }
    }

    public CheckResult run(Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        SentryDelivery delivery;
        try (SentryReporting reporting = SentryReporting.start(settings, "telemetry-smoke")) {
            // a new one each time: the SDK drops an exception that it has seen before
            TelemetrySmokeException error = new TelemetrySmokeException();
            SentryAcknowledgement acknowledgement = reporting.acknowledgementOf(error);
            LOGGER.error("Telemetry smoke test", error);
            delivery = acknowledgement.await(timeout);
        }
        return result(delivery).took(Duration.ofNanos(System.nanoTime() - start));
    }

    private CheckResult result(SentryDelivery delivery) {
        String reason = delivery.reason();
        return switch (delivery.result()) {
            case ACCEPTED ->
                ACCEPTED.pass()
                        .withEvidence("eventId", delivery.eventId())
                        .withEvidence("environment", settings.environment())
                        .withEvidence("release", settings.release());
            case TIMED_OUT -> ACCEPTED.timeout(reason, "again with a longer --timeout");
            case NETWORK -> ACCEPTED.fail(reason, "curl -sv the host of SENTRY_DSN from this machine");
            case RATE_LIMITED ->
                ACCEPTED.fail(reason, "wait a minute, then again; look at the project's quota in Sentry");
            case REJECTED, DROPPED ->
                ACCEPTED.fail(
                        reason,
                        "compare SENTRY_DSN in config/production.env with the project's settings in Sentry, then"
                                + " check-runtime-dependencies --sync-sentry");
        };
    }
}
