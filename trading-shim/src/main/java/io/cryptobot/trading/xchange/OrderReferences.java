package io.cryptobot.trading.xchange;

import io.cryptobot.trading.ClientOrderId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Knows which order of the exchange is which order of the bot. Most exchanges list the bot's reference with an open order, some
 * with a fill; for the orders of this run the answer to the order has told the exchange's id. The latest 10,000 are kept.
 * Thread-safe.
 */
final class OrderReferences {
    private static final int MAX_KEPT = 10_000;

    /** XChange's {@code Order} draws such a random number when it is given no reference. */
    private static final Pattern DRAWN = Pattern.compile("1\\d{8}");

    /** By the exchange's id. Guarded by "this". */
    private final Map<String, String> references = new LatestEntries();

    /** By the bot's reference. Guarded by "this". */
    private final Map<String, String> exchangeIds = new LatestEntries();

    private static final class LatestEntries extends LinkedHashMap<String, String> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_KEPT;
        }
    }

    /** {@return whether there is no reference: none at all, or one that XChange has drawn} */
    static boolean isMissing(@Nullable String reference) {
        return reference == null
                || reference.isBlank()
                || DRAWN.matcher(reference).matches();
    }

    /** Remembers which order is which. */
    synchronized void keep(@Nullable String exchangeId, String reference) {
        if (exchangeId != null && !exchangeId.isBlank()) {
            references.put(exchangeId, reference);
            exchangeIds.put(reference, exchangeId);
        }
    }

    /** {@return the reference of an order: the given one, else the remembered one} */
    synchronized Optional<String> find(@Nullable String exchangeId, @Nullable String reference) {
        return reference == null || isMissing(reference)
                ? Optional.ofNullable(exchangeId).map(references::get)
                : Optional.of(reference);
    }

    /** {@return the exchange's id of an order} */
    synchronized Optional<String> exchangeId(ClientOrderId id) {
        return Optional.ofNullable(exchangeIds.get(id.value()));
    }

    /** {@return the reference as an id of the bot; empty for a text that cannot be one} */
    static Optional<ClientOrderId> toId(String reference) {
        try {
            return Optional.of(new ClientOrderId(reference));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
