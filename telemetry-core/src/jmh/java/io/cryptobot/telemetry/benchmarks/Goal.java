package io.cryptobot.telemetry.benchmarks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a benchmark should show. {@link PerformancePage} says whether it did; nothing fails when it did not. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Goal.List.class)
public @interface Goal {
    /** Upper limit of {@link #of()} for this project. */
    double atMost();

    /** What is limited. */
    Measure of();

    /** For {@link Measure#RATIO}: the library to compare with; without one, the fastest. */
    String peer() default "";

    /** What a goal is about. */
    enum Measure {
        /** The score in the benchmark's own unit. */
        TIME,
        /** The median, in the benchmark's own unit, of one that samples. */
        P50,
        /** The 99th percentile likewise. */
        P99,
        /** Bytes allocated per operation. */
        BYTES,
        /** This project's time divided by the peer's. */
        RATIO
    }

    /** Several goals of one benchmark. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface List {
        /** The goals. */
        Goal[] value();
    }
}
