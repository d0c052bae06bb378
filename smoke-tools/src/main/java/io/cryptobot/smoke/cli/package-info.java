/**
 * What all commands share: the session, exit codes, failures in one line, checks and their report, converters of options.
 */
@NullMarked
package io.cryptobot.smoke.cli;

import org.jspecify.annotations.NullMarked;
