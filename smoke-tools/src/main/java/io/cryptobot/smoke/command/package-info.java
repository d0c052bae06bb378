/** One class for each subcommand of {@code cryptobot}; the work is done in the packages beside this one. */
@NullMarked
package io.cryptobot.smoke.command;

import org.jspecify.annotations.NullMarked;
