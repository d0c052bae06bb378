/** Benchmarks of what stands between a strategy and its exchange; see {@code smoke-tools/bin/bench}. */
@NullMarked
package io.cryptobot.trading.benchmarks;

import org.jspecify.annotations.NullMarked;
