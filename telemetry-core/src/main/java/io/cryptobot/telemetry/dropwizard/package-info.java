/**
 * Dropwizard metrics whose values live in the counters file. They are ordinary members of a {@code MetricRegistry}, so
 * any Dropwizard reporter reads them; writing through costs what an in-memory metric costs and allocates nothing. What else
 * is in the registry is carried into the file by {@link io.cryptobot.telemetry.dropwizard.RegistryReporter}.
 */
@NullMarked
package io.cryptobot.telemetry.dropwizard;

import org.jspecify.annotations.NullMarked;
