/**
 * Error reports to Sentry through logback. {@link io.cryptobot.telemetry.sentry.SentryReporting} is the entry, {@link
 * io.cryptobot.telemetry.sentry.SentrySettings} decides whether and where to. Nothing here throws into the bot: a
 * mistake switches reporting off and is logged once. All text that leaves the process has passed {@link
 * io.cryptobot.telemetry.Redactor}.
 */
@NullMarked
package io.cryptobot.telemetry.sentry;

import org.jspecify.annotations.NullMarked;
