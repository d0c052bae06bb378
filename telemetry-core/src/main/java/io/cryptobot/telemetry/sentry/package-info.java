/**
 * Error reports to Sentry through logback. {@link io.cryptobot.telemetry.sentry.SentryReporting} is the entry point,
 * {@link io.cryptobot.telemetry.sentry.SentrySettings} contains the settings. No method throws an exception into the
 * bot: a mistake switches reporting off and is logged once. All text that leaves the process is redacted by {@link
 * io.cryptobot.telemetry.Redactor}.
 */
@NullMarked
package io.cryptobot.telemetry.sentry;

import org.jspecify.annotations.NullMarked;
