/** The HTTP responses of the exporter; {@link io.cryptobot.exporter.web.ExporterServlet} is the entry point. */
@NullMarked
package io.cryptobot.exporter.web;

import org.jspecify.annotations.NullMarked;
