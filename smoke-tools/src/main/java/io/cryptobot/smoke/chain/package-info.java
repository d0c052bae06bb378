/**
 * Follows failed orders through the chain: bot, exporter, Prometheus, rule, Alertmanager, Slack and PagerDuty. {@link
 * io.cryptobot.smoke.chain.AlertChain} gives one result per stage, with its time and, on failure, cause and next step.
 */
@NullMarked
package io.cryptobot.smoke.chain;

import org.jspecify.annotations.NullMarked;
