/**
 * The metrics page: collectors for the bots and for the exporter itself, content negotiation, and {@link
 * io.cryptobot.exporter.exposition.MetricsPage}, which renders the page whole before a byte of it is sent.
 */
@NullMarked
package io.cryptobot.exporter.exposition;

import org.jspecify.annotations.NullMarked;
