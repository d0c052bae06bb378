/**
 * The status page for operators without Grafana: a short history in memory, the diagnosis of each bot, and the page.
 * {@link io.cryptobot.exporter.status.StatusEndpoints} is the entry point.
 */
@NullMarked
package io.cryptobot.exporter.status;

import org.jspecify.annotations.NullMarked;
