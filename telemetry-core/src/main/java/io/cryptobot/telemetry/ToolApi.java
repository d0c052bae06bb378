package io.cryptobot.telemetry;

import static java.lang.annotation.ElementType.TYPE;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a public type that the platform's own tools use: the exporter and the commands. A bot does not need it, and it
 * may change in any release.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(TYPE)
public @interface ToolApi {}
