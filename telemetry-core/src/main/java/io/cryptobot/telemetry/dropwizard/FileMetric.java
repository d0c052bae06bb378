package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Metric;

/** A metric that writes its record in the counters file itself, so that nobody need carry it there. */
interface FileMetric extends Metric {}
