package io.cryptobot.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that runs Prometheus, promtool, Alertmanager or amtool from the PATH, so its result can depend on their versions.
 * {@code verify} runs it on the system's versions and on the newest ones; {@code verify --engines=all} runs it on every version.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("real-engines")
public @interface RealEngines {}
