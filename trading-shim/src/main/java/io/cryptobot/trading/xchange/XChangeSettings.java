package io.cryptobot.trading.xchange;

import io.cryptobot.trading.TimeInForce;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.knowm.xchange.dto.Order.IOrderFlags;

/**
 * Exchange-specific settings that XChange does not provide. Immutable.
 *
 * @param flags the exchange's flag for each time in force that XChange does not support directly; an order with another
 *     time in force is rejected before it is sent
 * @param classifier classifies the errors of this exchange that the adapter classifies wrongly
 */
public record XChangeSettings(Map<TimeInForce, IOrderFlags> flags, OutcomeClassifier classifier) {
    /**
     * No flags: limit orders stay open, and market orders are filled at once. The adapter's own table classifies
     * errors.
     */
    public static final XChangeSettings DEFAULT = new XChangeSettings(Map.of(), OutcomeClassifier.NONE);

    public XChangeSettings {
        flags = Map.copyOf(flags);
        Objects.requireNonNull(classifier, "classifier is null");
    }

    /** {@return the same settings with one more flag} */
    public XChangeSettings with(TimeInForce timeInForce, IOrderFlags flag) {
        Map<TimeInForce, IOrderFlags> more = new EnumMap<>(TimeInForce.class);
        more.putAll(flags);
        more.put(timeInForce, flag);
        return new XChangeSettings(more, classifier);
    }

    /** {@return the same settings with another classifier} */
    public XChangeSettings with(OutcomeClassifier other) {
        return new XChangeSettings(flags, other);
    }
}
