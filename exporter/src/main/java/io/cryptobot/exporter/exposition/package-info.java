/**
 * The exposition: collectors for the bots and for the exporter itself, content negotiation, and {@link
 * io.cryptobot.exporter.exposition.Exposition}, which renders the complete page before it is sent.
 */
@NullMarked
package io.cryptobot.exporter.exposition;

import org.jspecify.annotations.NullMarked;
