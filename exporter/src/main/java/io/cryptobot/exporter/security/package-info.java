/**
 * Who may ask the exporter, over which connection, and how much of it a client can take: TLS and passwords in the terms
 * of Prometheus' web configuration file, and a limit on connections. {@link
 * io.cryptobot.exporter.security.WebSecurity} is the entry.
 */
@NullMarked
package io.cryptobot.exporter.security;

import org.jspecify.annotations.NullMarked;
