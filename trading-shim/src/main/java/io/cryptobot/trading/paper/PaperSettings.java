package io.cryptobot.trading.paper;

import io.cryptobot.trading.Instrument;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings of the paper exchange. Immutable; {@link #builder()} starts from the defaults. */
public final class PaperSettings {
    private static final BigDecimal UNLIMITED_BALANCE = BigDecimal.TEN.pow(18);

    final Map<String, Instrument> instruments;
    final Map<String, BigDecimal> balances;
    final BigDecimal otherBalance;
    final Duration maxBookAge;
    final Duration maxWait;
    final Duration maxTickerAge;
    final BigDecimal tickerQuantity;
    final BigDecimal tickerHalfSpread;
    final double touchProbability;
    final int depth;
    final Duration pollInterval;
    final LatencyModel latency;
    final FaultProfile faults;
    final long seed;
    final @Nullable Path journal;

    private PaperSettings(Builder builder) {
        instruments = Map.copyOf(builder.instruments);
        balances = Map.copyOf(builder.balances);
        otherBalance = builder.otherBalance;
        maxBookAge = builder.maxBookAge;
        maxWait = builder.maxWait;
        maxTickerAge = builder.maxTickerAge;
        tickerQuantity = builder.tickerQuantity;
        tickerHalfSpread = builder.tickerHalfSpread;
        touchProbability = builder.touchProbability;
        depth = builder.depth;
        pollInterval = builder.pollInterval;
        latency = builder.latency;
        faults = builder.faults;
        seed = builder.seed;
        journal = builder.journal;
    }

    /** {@return a builder with the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return settings for shadow mode with the same markets: no latency, an unlimited balance, no faults, no journal}
     */
    PaperSettings forShadow() {
        Builder shadow = new Builder()
                .ticker(tickerQuantity, tickerHalfSpread, maxTickerAge)
                .staleness(maxBookAge, maxWait)
                .latency(LatencyModel.fixed(Duration.ZERO));
        instruments.values().forEach(shadow::instrument);
        shadow.otherBalance = UNLIMITED_BALANCE;
        return shadow.build();
    }

    /**
     * {@return the rules of a market; null if it is not configured} If no market is configured, every symbol is
     * accepted.
     */
    @Nullable
    Instrument instrument(String symbol) {
        return instruments.isEmpty() ? Instrument.unlisted(symbol) : instruments.get(symbol);
    }

    /** {@return the initial balance of a currency} */
    BigDecimal openingBalance(String currency) {
        return balances.getOrDefault(currency, otherBalance);
    }

    /** Builds settings. Confined to one thread. */
    public static final class Builder {
        private final Map<String, Instrument> instruments = new LinkedHashMap<>();
        private final Map<String, BigDecimal> balances = new LinkedHashMap<>();
        private BigDecimal otherBalance = new BigDecimal(1_000_000);
        private Duration maxBookAge = Duration.ofSeconds(2);
        private Duration maxWait = Duration.ofSeconds(10);
        private Duration maxTickerAge = Duration.ofMinutes(5);
        private BigDecimal tickerQuantity = new BigDecimal(1_000);
        private BigDecimal tickerHalfSpread = new BigDecimal("0.0005");
        private double touchProbability;
        private int depth = 20;
        private Duration pollInterval = Duration.ofSeconds(1);
        private LatencyModel latency = LatencyModel.fixed(Duration.ofMillis(50));
        private FaultProfile faults = FaultProfile.NONE;
        private long seed = 1;
        private @Nullable Path journal;

        private Builder() {}

        /** Adds a market and its rules. If a market is configured, orders for other markets are rejected. */
        public Builder instrument(Instrument instrument) {
            instruments.put(instrument.symbol(), instrument);
            return this;
        }

        /**
         * Sets the initial balance of a currency; all other currencies then have 0. By default 1,000,000 of each
         * currency.
         */
        public Builder balance(String currency, BigDecimal amount) {
            if (amount.signum() < 0) {
                throw new IllegalArgumentException("balance of " + currency + " must be >= 0, was " + amount);
            }
            balances.put(currency, amount);
            otherBalance = BigDecimal.ZERO;
            return this;
        }

        /**
         * Sets the maximum age of a book that fills an order, 2 s by default, and the maximum time that an order waits
         * for a newer book before it is rejected, 10 s by default.
         */
        public Builder staleness(Duration maxAge, Duration maxWait) {
            this.maxBookAge = requirePositive("age of a book", maxAge);
            this.maxWait = requirePositive("wait for a book", maxWait);
            return this;
        }

        /**
         * Sets the book that is assumed if an exchange has only a ticker.
         *
         * @param quantity amount of the base currency on each side at each new price; 1,000 by default
         * @param halfSpread distance of each side from the last price, as a fraction of this price; 0.0005 by default
         * @param maxAge maximum age of the last trade by the exchange's clock; 5 minutes by default
         */
        public Builder ticker(BigDecimal quantity, BigDecimal halfSpread, Duration maxAge) {
            if (quantity.signum() <= 0) {
                throw new IllegalArgumentException("quantity must be > 0, was " + quantity);
            }
            if (halfSpread.signum() <= 0 || halfSpread.compareTo(BigDecimal.ONE) >= 0) {
                throw new IllegalArgumentException("half spread must be > 0 and < 1, was " + halfSpread);
            }
            this.tickerQuantity = quantity;
            this.tickerHalfSpread = halfSpread;
            this.maxTickerAge = requirePositive("age of a ticker", maxAge);
            return this;
        }

        /**
         * Sets the probability that a resting order is filled if a new book only touches its price, in a market without
         * public trades; 0 by default.
         */
        public Builder touchProbability(double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("touch probability must be 0 to 1, was " + probability);
            }
            this.touchProbability = probability;
            return this;
        }

        /** Sets the time between two polls of a market with open orders, 1 s by default. */
        public Builder pollInterval(Duration interval) {
            this.pollInterval = requirePositive("poll interval", interval);
            return this;
        }

        /** Sets the time that orders are in flight, 50 ms by default. */
        public Builder latency(LatencyModel latency) {
            this.latency = Objects.requireNonNull(latency, "latency is null");
            return this;
        }

        /** Sets the simulated faults, none by default. */
        public Builder faults(FaultProfile faults) {
            this.faults = Objects.requireNonNull(faults, "faults is null");
            return this;
        }

        /** Sets the seed of all random numbers: the same seed and input give the same fills. 1 by default. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets the file that stores the account and open orders for the next run. By default there is no file, and they
         * are lost at a restart.
         */
        public Builder journal(Path journal) {
            this.journal = journal;
            return this;
        }

        /** {@return the settings} */
        public PaperSettings build() {
            return new PaperSettings(this);
        }

        private static Duration requirePositive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " must be > 0, was " + value);
            }
            return value;
        }
    }
}
