/**
 * TLS, basic authentication and connection limits of the exporter, configured by Prometheus' web configuration file.
 * {@link io.cryptobot.exporter.security.WebSecurity} is the entry point.
 */
@NullMarked
package io.cryptobot.exporter.security;

import org.jspecify.annotations.NullMarked;
