/**
 * Checks of a bot's host: {@link io.cryptobot.smoke.doctor.HostChecks} checks the host itself, {@link
 * io.cryptobot.smoke.doctor.ServiceChecks} the programs that it talks to. Both change nothing.
 */
@NullMarked
package io.cryptobot.smoke.doctor;

import org.jspecify.annotations.NullMarked;
