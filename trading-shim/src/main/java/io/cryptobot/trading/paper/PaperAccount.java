package io.cryptobot.trading.paper;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** The balances of the paper account and the amounts that orders have reserved. Confined to the engine's thread. */
final class PaperAccount {
    private final PaperSettings settings;
    private final PaperEvents events;
    private final Map<String, Balance> balances = new TreeMap<>();

    PaperAccount(PaperSettings settings, PaperEvents events) {
        this.settings = settings;
        this.events = events;
    }

    /** {@return the balance of a currency} It is created at the first use. */
    Balance balance(String currency) {
        Balance balance = balances.get(currency);
        if (balance == null) {
            balance = new Balance(currency, settings.openingBalance(currency));
            events.deposited(currency, balance.total);
            balances.put(currency, balance);
        }
        return balance;
    }

    /** Opens a balance with the amount of an earlier run. */
    void restore(String currency, BigDecimal amount) {
        balances.put(currency, new Balance(currency, amount));
    }

    /** {@return total amounts by currency} */
    Map<String, BigDecimal> totals() {
        Map<String, BigDecimal> totals = new TreeMap<>();
        balances.forEach((currency, balance) -> totals.put(currency, balance.total));
        return totals;
    }

    /** {@return the amounts that new orders may use, by currency} */
    Map<String, BigDecimal> available() {
        Map<String, BigDecimal> available = new TreeMap<>();
        balances.forEach((currency, balance) -> available.put(currency, balance.available()));
        return available;
    }

    /** The total and the reserved amount of one currency. */
    static final class Balance {
        final String currency;
        private BigDecimal total;
        private BigDecimal reserved = BigDecimal.ZERO;

        private Balance(String currency, BigDecimal total) {
            this.currency = currency;
            this.total = total;
        }

        boolean covers(BigDecimal amount) {
            return available().compareTo(amount) >= 0;
        }

        BigDecimal available() {
            return total.subtract(reserved);
        }

        /** Reserves more or, with a negative amount, less. */
        void reserve(BigDecimal amount) {
            reserved = reserved.add(amount);
        }

        void add(BigDecimal amount) {
            total = total.add(amount);
        }

        /** Throws if the balance is negative. This would be a bug of the engine, and the engine must not continue. */
        void check() {
            if (total.signum() < 0 || reserved.signum() < 0 || total.compareTo(reserved) < 0) {
                throw new IllegalStateException(
                        currency + " does not cover its orders: " + total + ", of which reserved " + reserved);
            }
        }
    }
}
