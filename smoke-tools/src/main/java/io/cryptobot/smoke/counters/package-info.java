/** Commands that read a bot's counters file, also of a bot that is dead. */
@NullMarked
package io.cryptobot.smoke.counters;

import org.jspecify.annotations.NullMarked;
