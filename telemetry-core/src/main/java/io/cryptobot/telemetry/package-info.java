/**
 * Telemetry of a trading bot. {@link io.cryptobot.telemetry.Telemetry} is the entry; {@link
 * io.cryptobot.telemetry.MetricCatalog} owns every metric's name, type, unit, help text and labels.
 *
 * <p>Telemetry never stops or slows trading and never throws an exception into it. After a failure metrics are kept in
 * memory and are not exported, one line is logged, and {@code cryptobot_telemetry_degraded} is 1.
 */
@NullMarked
package io.cryptobot.telemetry;

import org.jspecify.annotations.NullMarked;
