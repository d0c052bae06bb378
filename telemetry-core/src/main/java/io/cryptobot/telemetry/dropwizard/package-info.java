/**
 * Dropwizard metrics whose values live in the counters file. They are ordinary members of a {@code MetricRegistry}, so
 * any Dropwizard reporter reads them; a write is as fast as with an in-memory metric and allocates nothing. All other
 * metrics of the registry are copied to the file. {@link io.cryptobot.telemetry.dropwizard.RegistryMetrics} connects
 * both.
 */
@NullMarked
package io.cryptobot.telemetry.dropwizard;

import org.jspecify.annotations.NullMarked;
