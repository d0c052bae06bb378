/**
 * What telemetry costs the bot, measured with JMH. A class {@code XBenchmark} is the group {@code x} of {@code
 * smoke-tools/bin/bench}; {@link io.cryptobot.telemetry.benchmarks.PerformancePage} makes the tables.
 */
@NullMarked
package io.cryptobot.telemetry.benchmarks;

import org.jspecify.annotations.NullMarked;
