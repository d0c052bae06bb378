/** The order log: a separate thread writes one JSON line for each order outcome. */
@NullMarked
package io.cryptobot.trading.log;

import org.jspecify.annotations.NullMarked;
