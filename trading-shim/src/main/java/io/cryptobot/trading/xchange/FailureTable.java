package io.cryptobot.trading.xchange;

import io.cryptobot.trading.FailureReason;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.knowm.xchange.exceptions.CurrencyPairNotValidException;
import org.knowm.xchange.exceptions.ExchangeException;
import org.knowm.xchange.exceptions.ExchangeSecurityException;
import org.knowm.xchange.exceptions.ExchangeUnavailableException;
import org.knowm.xchange.exceptions.FrequencyLimitExceededException;
import org.knowm.xchange.exceptions.FundsExceededException;
import org.knowm.xchange.exceptions.InstrumentNotValidException;
import org.knowm.xchange.exceptions.InternalServerException;
import org.knowm.xchange.exceptions.MarketSuspendedException;
import org.knowm.xchange.exceptions.NonceException;
import org.knowm.xchange.exceptions.NotAvailableFromExchangeException;
import org.knowm.xchange.exceptions.NotYetImplementedForExchangeException;
import org.knowm.xchange.exceptions.OperationTimeoutException;
import org.knowm.xchange.exceptions.OrderNotValidException;
import org.knowm.xchange.exceptions.RateLimitExceededException;
import si.mazi.rescu.HttpStatusException;

/**
 * Classifies the exceptions of XChange. The sequence of the checks matters, because some exception classes have
 * unexpected superclasses. Only an exception that proves that the order does not exist gets its own reason; all others
 * are unknown. Immutable.
 */
final class FailureTable implements OutcomeClassifier {
    /**
     * The exception of the local rate limiter. It is matched by name, so that the adapter does not need this library.
     */
    private static final String LOCAL_LIMITER = "io.github.resilience4j.ratelimiter.RequestNotPermitted";

    private final boolean sentAtMostOnce;

    /**
     * @param sentAtMostOnce true if the JDK never repeats an HTTP POST; otherwise a refused connection can belong to
     *     the repeat of a request that has arrived
     */
    FailureTable(boolean sentAtMostOnce) {
        this.sentAtMostOnce = sentAtMostOnce;
    }

    @Override
    public Optional<FailureReason> classify(Throwable failure) {
        return Optional.of(reason(failure));
    }

    private FailureReason reason(Throwable failure) {
        int status = failure instanceof HttpStatusException http ? http.getHttpStatusCode() : 0;
        if (failure instanceof RateLimitExceededException
                || failure instanceof FrequencyLimitExceededException
                || status == 429
                || status == 418
                || failure.getClass().getName().equals(LOCAL_LIMITER)) {
            return FailureReason.RATE_LIMITED;
        }
        if (failure instanceof OperationTimeoutException) { // before its superclass: the request came too late
            return FailureReason.EXPIRED_WINDOW;
        }
        if (failure instanceof FundsExceededException) {
            return FailureReason.INSUFFICIENT_FUNDS;
        }
        if (failure instanceof OrderNotValidException
                || failure instanceof CurrencyPairNotValidException
                || failure instanceof InstrumentNotValidException
                || isFromVerification(failure)) {
            return FailureReason.INVALID;
        }
        if (failure instanceof ExchangeSecurityException || failure instanceof NonceException) {
            return FailureReason.AUTH;
        }
        if (failure instanceof MarketSuspendedException) {
            return FailureReason.MARKET_CLOSED;
        }
        // these are no ExchangeExceptions; other UnsupportedOperationExceptions can come from reading an answer
        if (failure instanceof NotAvailableFromExchangeException
                || failure instanceof NotYetImplementedForExchangeException) {
            return FailureReason.UNSUPPORTED;
        }
        if (isNotConnected(failure)) {
            return sentAtMostOnce ? FailureReason.NOT_SENT : FailureReason.UNKNOWN;
        }
        if (failure instanceof ExchangeUnavailableException || failure instanceof InternalServerException) {
            return FailureReason.UNKNOWN;
        }
        if (failure instanceof ExchangeException) {
            return plain(failure);
        }
        return status >= 400 && status < 500 ? FailureReason.REJECTED : FailureReason.UNKNOWN;
    }

    /** Rejected, unless the cause is a timeout or a server error. */
    private FailureReason plain(Throwable failure) {
        for (Throwable cause : Failures.chain(failure)) {
            if (!(cause instanceof ExchangeException)) {
                return cause instanceof HttpStatusException http && http.getHttpStatusCode() == 0
                        ? FailureReason.REJECTED // an error that was parsed from an answer with status 200
                        : reason(cause);
            }
            if (cause.getClass() != ExchangeException.class && cause != failure) {
                return reason(cause);
            }
        }
        return FailureReason.REJECTED;
    }

    /**
     * {@return true if XChange rejected the order before it was sent} Any other illegal argument may come from an
     * unreadable answer.
     */
    private static boolean isFromVerification(Throwable failure) {
        return failure instanceof IllegalArgumentException
                && Arrays.stream(failure.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("verifyOrder"));
    }

    private static boolean isNotConnected(Throwable failure) {
        return failure instanceof UnknownHostException
                || failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof SSLHandshakeException
                // a read timeout has the same class; only the message differs
                || (failure instanceof SocketTimeoutException
                        && "connect timed out".equalsIgnoreCase(failure.getMessage()));
    }
}
