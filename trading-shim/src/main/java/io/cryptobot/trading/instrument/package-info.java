/** Decorators that count, time and log what orders do. They change no order and no answer. */
@NullMarked
package io.cryptobot.trading.instrument;

import org.jspecify.annotations.NullMarked;
