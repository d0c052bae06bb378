/**
 * What a bot's host needs: {@link io.cryptobot.smoke.doctor.HostChecks} looks at the host itself, {@link
 * io.cryptobot.smoke.doctor.ServiceChecks} at the programs that it talks to. Both look only, and change nothing.
 */
@NullMarked
package io.cryptobot.smoke.doctor;

import org.jspecify.annotations.NullMarked;
