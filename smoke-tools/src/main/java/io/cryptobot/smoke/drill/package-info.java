/**
 * The alert drill: {@link io.cryptobot.smoke.drill.Drill} fails orders of a bot of its own and follows them to the messages in
 * Slack and PagerDuty.
 */
@NullMarked
package io.cryptobot.smoke.drill;

import org.jspecify.annotations.NullMarked;
