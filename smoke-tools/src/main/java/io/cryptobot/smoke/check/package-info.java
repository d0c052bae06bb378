/** Checks and their report: one line each with its time, and on failure the cause and the next step. */
@NullMarked
package io.cryptobot.smoke.check;

import org.jspecify.annotations.NullMarked;
