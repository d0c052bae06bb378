/**
 * The whole chain on one machine, with the shipped configuration: {@link io.cryptobot.smoke.stack.LocalStack} starts bot,
 * exporter, Prometheus, Alertmanager, receivers and a simulated exchange, and ends them all.
 */
@NullMarked
package io.cryptobot.smoke.stack;

import org.jspecify.annotations.NullMarked;
