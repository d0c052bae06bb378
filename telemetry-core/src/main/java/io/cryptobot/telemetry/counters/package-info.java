/**
 * The counters file: values in a memory-mapped file that one process writes and any process reads, also after the
 * writer is gone. {@link io.cryptobot.telemetry.counters.CountersFileLayout} owns the format; {@link
 * io.cryptobot.telemetry.counters.CountersFile} writes, {@link io.cryptobot.telemetry.counters.CountersReader} reads.
 * JDK only: no Unsafe, no flags.
 */
@NullMarked
package io.cryptobot.telemetry.counters;

import org.jspecify.annotations.NullMarked;
