/**
 * The exporter: a Dropwizard application that exports the counters files of all bots on this host to Prometheus. {@link
 * io.cryptobot.exporter.ExporterApplication} is the entry point. It does not affect the bots, because it maps their
 * files read-only.
 */
@NullMarked
package io.cryptobot.exporter;

import org.jspecify.annotations.NullMarked;
