/**
 * The trading mode and its changes while the bot runs. {@link io.cryptobot.trading.mode.ModeGate} checks the mode
 * before every order, {@link io.cryptobot.trading.mode.ModeSwitch} changes the mode from another process and proves the
 * effect, and {@link io.cryptobot.trading.mode.ControlFile} is their shared memory.
 */
@NullMarked
package io.cryptobot.trading.mode;

import org.jspecify.annotations.NullMarked;
