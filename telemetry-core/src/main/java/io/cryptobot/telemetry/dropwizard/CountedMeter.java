package io.cryptobot.telemetry.dropwizard;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Meter;
import java.util.function.LongSupplier;

/** A meter whose count is kept elsewhere. Thread-safe. */
class CountedMeter extends Meter {
    private final LongSupplier count;
    private final CountRates rates;

    CountedMeter(LongSupplier count, Clock clock) {
        this(count, clock, new CountRates(count, clock));
    }

    private CountedMeter(LongSupplier count, Clock clock, CountRates rates) {
        super(rates, clock);
        this.count = count;
        this.rates = rates;
    }

    /** Does nothing: the count is kept elsewhere. */
    @Override
    public void mark() {}

    /** Does nothing: the count is kept elsewhere. */
    @Override
    public void mark(long n) {}

    @Override
    public long getCount() {
        return count.getAsLong();
    }

    @Override
    public double getMeanRate() {
        return rates.meanRate();
    }
}
