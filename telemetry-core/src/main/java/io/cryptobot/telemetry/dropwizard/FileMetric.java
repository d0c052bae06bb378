package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Metric;

/** A metric that writes its own record in the counters file, so that the reporter does not copy it. */
interface FileMetric extends Metric {}
