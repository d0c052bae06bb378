/**
 * Sentry from the operator's side: settings from {@code config/production.env} to {@code config/runtime_overrides.json}, a
 * test event, and its read-back. The files hold secrets, so messages name file, line and variable and never a value.
 */
@NullMarked
package io.cryptobot.smoke.sentry;

import org.jspecify.annotations.NullMarked;
