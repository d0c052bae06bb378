/**
 * The counters file: a memory-mapped file with values. One process writes it; any process can read it, also after the
 * writer has ended. {@link io.cryptobot.telemetry.counters.CountersFileLayout} owns the format; {@link
 * io.cryptobot.telemetry.counters.CountersFile} writes, {@link io.cryptobot.telemetry.counters.CountersReader} reads.
 * JDK only: no Unsafe, no flags.
 */
@NullMarked
package io.cryptobot.telemetry.counters;

import org.jspecify.annotations.NullMarked;
