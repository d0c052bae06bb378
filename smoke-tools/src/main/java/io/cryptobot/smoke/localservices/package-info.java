/**
 * A local Slack, PagerDuty and Sentry for drills and tests. {@link io.cryptobot.smoke.localservices.LocalServices} is the entry.
 * They check the wire formats at least as strictly as the real services and answer with the same codes and bodies, so that
 * what passes here is what the real ones accept.
 */
@NullMarked
package io.cryptobot.smoke.localservices;

import org.jspecify.annotations.NullMarked;
