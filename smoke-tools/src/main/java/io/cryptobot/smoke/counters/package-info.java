/** Commands that read a bot's counters file, also after a crash of the bot. */
@NullMarked
package io.cryptobot.smoke.counters;

import org.jspecify.annotations.NullMarked;
