/** The libraries that a Java program could count its orders with, each set up as its documentation advises. */
@NullMarked
package io.cryptobot.telemetry.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
