package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import java.util.Locale;
import java.util.Optional;

/**
 * Classifies Binance's error codes for which XChange throws a plain {@code ExchangeException}. It recognises exceptions
 * by their class name, so that the adapter needs only the core module of XChange. Immutable.
 */
final class BinanceErrors implements OutcomeClassifier {
    private static final String EXCEPTION = "org.knowm.xchange.binance.dto.BinanceException";

    @Override
    public Optional<FailureReason> classify(Throwable failure) {
        for (Throwable each : Failures.chain(failure)) {
            if (each.getClass().getName().equals(EXCEPTION)) {
                return classify(code(each), String.valueOf(each.getMessage()).toLowerCase(Locale.ROOT));
            }
        }
        return Optional.empty();
    }

    private static Optional<FailureReason> classify(int code, String message) {
        if (message.contains("status unknown")) {
            return Optional.of(FailureReason.UNKNOWN);
        }
        return switch (code) {
            // unknown error; disconnected; unexpected response; timeout: the order may have arrived
            case -1000, -1001, -1006, -1007 -> Optional.of(FailureReason.UNKNOWN);
            // "Duplicate order sent.": the order exists already
            case -2010 ->
                message.contains("duplicate")
                        ? Optional.of(FailureReason.UNKNOWN)
                        : message.contains("market is closed")
                                ? Optional.of(FailureReason.MARKET_CLOSED)
                                : Optional.empty();
            case -1015 -> Optional.of(FailureReason.RATE_LIMITED);
            case -1022, -2014, -2015 -> Optional.of(FailureReason.AUTH);
            default -> Optional.empty();
        };
    }

    /** {@return Binance's code; 0 if the exception class has changed, because 0 is not a code of Binance} */
    private static int code(Throwable failure) {
        try {
            return (int) failure.getClass().getMethod("getCode").invoke(failure);
        } catch (ReflectiveOperationException | ClassCastException e) {
            return 0;
        }
    }
}
