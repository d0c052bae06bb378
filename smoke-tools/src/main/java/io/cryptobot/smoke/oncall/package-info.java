/**
 * The people on call: {@link io.cryptobot.smoke.oncall.Rotation} is read from {@code ops/oncall/rotation.yaml}, checked to have
 * two people at any time, and shown as a calendar.
 */
@NullMarked
package io.cryptobot.smoke.oncall;

import org.jspecify.annotations.NullMarked;
