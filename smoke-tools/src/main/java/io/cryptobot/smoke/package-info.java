/**
 * The {@code cryptobot} command. {@link io.cryptobot.smoke.SmokeTools} is the entry; each subcommand is one class in {@code
 * command}. Results go to standard output, progress and failures to standard error, and {@link
 * io.cryptobot.smoke.ExitCode} tells scripts what happened.
 */
@NullMarked
package io.cryptobot.smoke;

import org.jspecify.annotations.NullMarked;
