/**
 * The exporter: a Dropwizard application that shows the counters files of every bot on this host to Prometheus. {@link
 * io.cryptobot.exporter.ExporterApplication} is the entry. It never touches a bot: it maps the same files read-only.
 */
@NullMarked
package io.cryptobot.exporter;

import org.jspecify.annotations.NullMarked;
