package io.cryptobot.telemetry.sentry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main program of a child process: reports to a DSN, logs an error, and dies of an exception nobody catches. */
public final class CrashingBot {
    private static final Logger LOGGER = LoggerFactory.getLogger(CrashingBot.class);

    private CrashingBot() {}

    public static void main(String[] arguments) {
        SentryReporting.start(TestSettings.of(arguments[0]), "bot");
        LOGGER.error("order failed");
        throw new IllegalStateException("crash with secret=canary");
    }
}
