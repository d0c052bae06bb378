/**
 * The trading mode and how it changes under a running bot. {@link io.cryptobot.trading.mode.ModeGate} stands before every
 * live order; {@link io.cryptobot.trading.mode.ModeSwitch} changes the mode from another process and proves the effect;
 * {@link io.cryptobot.trading.mode.ControlFile} is the memory that both share.
 */
@NullMarked
package io.cryptobot.trading.mode;

import org.jspecify.annotations.NullMarked;
