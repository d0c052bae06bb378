/**
 * A local Slack, PagerDuty and Sentry for drills and tests. {@link io.cryptobot.smoke.localservices.LocalServices} is the
 * entry. They check the wire formats at least as strictly as the real services and answer with the same codes and bodies, so
 * the real services accept every message that passes here.
 */
@NullMarked
package io.cryptobot.smoke.localservices;

import org.jspecify.annotations.NullMarked;
