package io.cryptobot.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that {@code verify} runs on the machine's own JDK only, because the JDK has no part in it that other tests do not
 * have: a page in a browser, Prometheus' rules, Alertmanager's messages, what commands say.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("one-jdk")
public @interface OneJdk {}
