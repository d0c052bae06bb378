/**
 * The status page for the operator of one desktop who has no Grafana: a short history in memory, what it says about each
 * bot, and the page that shows it. {@link io.cryptobot.exporter.status.StatusPages} is the entry.
 */
@NullMarked
package io.cryptobot.exporter.status;

import org.jspecify.annotations.NullMarked;
