/**
 * The {@code cryptobot} command. {@link io.cryptobot.smoke.SmokeTools} is the entry; each feature is a package with its
 * subcommands. Results go to standard output, progress and failures to standard error, and {@link
 * io.cryptobot.smoke.cli.ExitCode} tells scripts what happened.
 */
@NullMarked
package io.cryptobot.smoke;

import org.jspecify.annotations.NullMarked;
