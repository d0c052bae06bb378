package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import com.codahale.metrics.MovingAverages;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Dropwizard's moving averages. They are computed from the increments of a count when they are read, so counting is as
 * fast as without rates. Like in Dropwizard they change at most every five seconds. Increments since the last read are
 * assumed to be spread evenly. Thread-safe.
 */
final class CountRates implements MovingAverages {
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier count;
    private final Clock clock;
    private final long startTick;
    private final long startCount;

    /** This field and all fields below are guarded by "this". */
    private long lastTick;

    private long lastCount;
    private boolean initialized;
    private double oneMinute;
    private double fiveMinutes;
    private double fifteenMinutes;

    CountRates(LongSupplier count, Clock clock) {
        this.count = count;
        this.clock = clock;
        this.startTick = clock.getTick();
        this.startCount = count.getAsLong();
        this.lastTick = startTick;
        this.lastCount = startCount;
    }

    @Override
    public synchronized void tickIfNecessary() {
        long now = clock.getTick();
        long elapsedNanos = now - lastTick;
        if (elapsedNanos < TICK_NANOS) {
            return;
        }
        long present = count.getAsLong();
        double perSecond = (present - lastCount) * NANOS_PER_SECOND / elapsedNanos;
        double minutes = elapsedNanos / NANOS_PER_MINUTE;
        oneMinute = next(oneMinute, perSecond, minutes / 1);
        fiveMinutes = next(fiveMinutes, perSecond, minutes / 5);
        fifteenMinutes = next(fifteenMinutes, perSecond, minutes / 15);
        initialized = true;
        lastTick = now;
        lastCount = present;
    }

    private double next(double average, double perSecond, double age) {
        return initialized ? perSecond + (average - perSecond) * Math.exp(-age) : perSecond;
    }

    /** Does nothing: the rates read the count. */
    @Override
    public void update(long n) {}

    @Override
    public synchronized double getM1Rate() {
        return oneMinute;
    }

    @Override
    public synchronized double getM5Rate() {
        return fiveMinutes;
    }

    @Override
    public synchronized double getM15Rate() {
        return fifteenMinutes;
    }

    /** {@return events per second since the start, without the events of an earlier run} */
    double meanRate() {
        long counted = count.getAsLong() - startCount;
        return counted == 0 ? 0 : counted * NANOS_PER_SECOND / (clock.getTick() - startTick);
    }
}
