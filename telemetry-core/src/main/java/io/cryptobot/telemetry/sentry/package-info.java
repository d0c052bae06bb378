/**
 * Error reports to Sentry through logback. {@link io.cryptobot.telemetry.sentry.SentryReporting} is the entry, {@link
 * io.cryptobot.telemetry.sentry.SentrySettings} decides whether and where to. Nothing here throws into the bot: what is
 * wrong switches reporting off and says so once. Whatever leaves the process has passed {@link
 * io.cryptobot.telemetry.Redactor}.
 */
@NullMarked
package io.cryptobot.telemetry.sentry;

import org.jspecify.annotations.NullMarked;
