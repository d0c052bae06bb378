package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.instrument.Instrument;

/**
 * Converts between names and markets. XChange's metadata lists a market as {@code BASE/COUNTER}; the exchange's own
 * name usually has no separator or a different separator. All these forms are accepted if exactly one listed market
 * matches. An unlisted market is accepted if a separator shows its two currencies. Thread-safe.
 */
final class MarketNames {
    private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9.]+)[-_/]([A-Za-z0-9.]+)");
    private static final Pattern SEPARATORS = Pattern.compile("[-_/:]");

    private final Map<String, Instrument> byName = new HashMap<>();
    private final Map<String, Instrument> byLetters = new HashMap<>();
    private final Set<String> ambiguous = new HashSet<>();
    /** The name that the bot used first; lists for the bot use the same name. */
    private final Map<Instrument, String> spelled = new ConcurrentHashMap<>();

    MarketNames(Collection<? extends Instrument> listed) {
        for (Instrument each : listed) {
            byName.put(each.toString(), each);
            Instrument other = byLetters.put(letters(each.toString()), each);
            if (other != null && !other.equals(each)) {
                ambiguous.add(letters(each.toString()));
            }
        }
    }

    private static String letters(String name) {
        return SEPARATORS.matcher(name).replaceAll("").toUpperCase(Locale.ROOT);
    }

    /**
     * {@return the market of this name}
     *
     * @throws OrderException if no market or more than one market matches
     */
    Instrument find(String symbol) throws OrderException {
        @Nullable Instrument found = byName.get(symbol);
        String letters = letters(symbol);
        Matcher pair = PAIR.matcher(symbol);
        if (found == null && !ambiguous.contains(letters)) {
            found = byLetters.get(letters);
        }
        if (found == null && pair.matches()) {
            found = new CurrencyPair(pair.group(1), pair.group(2));
        }
        if (found == null) {
            throw new OrderException(
                    FailureReason.INVALID,
                    ambiguous.contains(letters)
                            ? "market " + symbol + " is one of several in XChange's metadata: write BASE/COUNTER"
                            : "market " + symbol + " is not in XChange's metadata: write BASE/COUNTER, or let XChange"
                                    + " load the metadata (setShouldLoadRemoteMetaData)");
        }
        spelled.putIfAbsent(found, symbol);
        return found;
    }

    /**
     * {@return the name that the bot used; otherwise the name without separators, or with separators if it is
     * ambiguous}
     */
    String name(Instrument market) {
        String written = spelled.get(market);
        if (written != null) {
            return written;
        }
        String letters = letters(market.toString());
        return market.equals(byLetters.get(letters)) && !ambiguous.contains(letters) ? letters : market.toString();
    }
}
