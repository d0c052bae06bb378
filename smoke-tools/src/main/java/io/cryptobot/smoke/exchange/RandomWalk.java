package io.cryptobot.smoke.exchange;

import java.math.BigDecimal;
import java.util.Random;

/** A market that moves one tick up or down per trade; the same seed gives the same prices. */
public final class RandomWalk implements Market {
    /** The symbol of the market. */
    public static final String SYMBOL = "DEMOUSD";

    private static final long START_TICKS = 10_000;
    private static final int PRICE_SCALE = 4;
    private static final long TRADE_INTERVAL_MS = 250;

    private final Random random;
    private long ticks = START_TICKS;
    private long timeMs;

    public RandomWalk(long seed, long startMs) {
        this(new Random(seed), startMs);
    }

    RandomWalk(Random random, long startMs) {
        this.random = random;
        this.timeMs = startMs;
    }

    @Override
    public String symbol() {
        return SYMBOL;
    }

    @Override
    public Trade next() {
        ticks = Math.max(1, ticks + random.nextInt(3) - 1);
        timeMs += TRADE_INTERVAL_MS;
        return new Trade(BigDecimal.valueOf(ticks, PRICE_SCALE), BigDecimal.valueOf(1 + random.nextInt(100)), timeMs);
    }
}
