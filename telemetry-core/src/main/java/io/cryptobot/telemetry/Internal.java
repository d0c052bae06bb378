package io.cryptobot.telemetry;

import static java.lang.annotation.ElementType.TYPE;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a type that is public only because another package of the same module uses it. No other module may use it. It
 * may change or be removed in any release.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(TYPE)
public @interface Internal {}
