/** Commands that change or show a bot's trading mode, its unknown orders and its exchange client. */
@NullMarked
package io.cryptobot.smoke.mode;

import org.jspecify.annotations.NullMarked;
