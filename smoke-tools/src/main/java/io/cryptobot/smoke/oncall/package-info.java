/**
 * Who is on call: {@link io.cryptobot.smoke.oncall.Rotation} is read from {@code ops/oncall/rotation.yaml}, proved to leave
 * no moment without two people, and shown as a calendar.
 */
@NullMarked
package io.cryptobot.smoke.oncall;

import org.jspecify.annotations.NullMarked;
