package io.cryptobot.telemetry.benchmarks;

import java.util.Random;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Durations of orders: log-normal around 80 ms, the same ones for every library. Confined to a thread. */
@State(Scope.Thread)
public class Latencies {
    private static final int COUNT = 4096;
    private static final double MEDIAN_NANOS = 80e6;

    private final long[] nanos =
            new Random(7).doubles(COUNT).mapToLong(Latencies::quantile).toArray();
    private int next;

    /** {@return the next duration} */
    public long next() {
        next = (next + 1) & (COUNT - 1);
        return nanos[next];
    }

    /** A logistic curve stands in for the normal one: near enough, and it has a closed form. */
    private static long quantile(double probability) {
        double clipped = Math.min(Math.max(probability, 1e-4), 1 - 1e-4);
        return (long) (MEDIAN_NANOS * Math.exp(0.6 * Math.log(clipped / (1 - clipped))));
    }
}
