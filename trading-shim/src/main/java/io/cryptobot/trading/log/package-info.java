/** The order log: one JSON line for each order's outcome, written by a thread of its own. */
@NullMarked
package io.cryptobot.trading.log;

import org.jspecify.annotations.NullMarked;
