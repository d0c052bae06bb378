package io.cryptobot.trading.xchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cryptobot.trading.FailureReason;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.knowm.xchange.binance.BinanceErrorAdapter;
import org.knowm.xchange.binance.dto.BinanceException;
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
import org.knowm.xchange.exceptions.OrderAmountUnderMinimumException;
import org.knowm.xchange.exceptions.OrderNotValidException;
import org.knowm.xchange.exceptions.RateLimitExceededException;
import org.knowm.xchange.exceptions.SystemOverloadException;
import si.mazi.rescu.HttpStatusIOException;
import si.mazi.rescu.InvocationResult;

class FailureTableTest {
    private final FailureClassifier sentOnce = new FailureClassifier(OutcomeClassifier.NONE, true);
    private final FailureClassifier perhapsTwice = new FailureClassifier(OutcomeClassifier.NONE, false);

    private static Stream<Arguments> table() {
        return Stream.of(
                arguments(new RateLimitExceededException("x"), FailureReason.RATE_LIMITED),
                arguments(new FrequencyLimitExceededException("x"), FailureReason.RATE_LIMITED),
                arguments(http(429), FailureReason.RATE_LIMITED),
                arguments(http(418), FailureReason.RATE_LIMITED),
                arguments(requestNotPermitted(), FailureReason.RATE_LIMITED),
                arguments(new OperationTimeoutException("x"), FailureReason.EXPIRED_WINDOW),
                arguments(new FundsExceededException("x"), FailureReason.INSUFFICIENT_FUNDS),
                arguments(new OrderNotValidException("x"), FailureReason.INVALID),
                arguments(new OrderAmountUnderMinimumException("x"), FailureReason.INVALID),
                arguments(new CurrencyPairNotValidException("x"), FailureReason.INVALID),
                arguments(new InstrumentNotValidException("x"), FailureReason.INVALID),
                arguments(verifyOrder(), FailureReason.INVALID),
                arguments(new ExchangeSecurityException("x"), FailureReason.AUTH),
                arguments(new NonceException("x"), FailureReason.AUTH),
                arguments(new MarketSuspendedException("x"), FailureReason.MARKET_CLOSED),
                arguments(new NotAvailableFromExchangeException("x"), FailureReason.UNSUPPORTED),
                arguments(new NotYetImplementedForExchangeException("x"), FailureReason.UNSUPPORTED),
                arguments(new UnknownHostException("x"), FailureReason.NOT_SENT),
                arguments(new ConnectException("Connection refused"), FailureReason.NOT_SENT),
                arguments(new NoRouteToHostException("x"), FailureReason.NOT_SENT),
                arguments(new SSLHandshakeException("x"), FailureReason.NOT_SENT),
                arguments(new SocketTimeoutException("Connect timed out"), FailureReason.NOT_SENT),
                arguments(new SocketTimeoutException("connect timed out"), FailureReason.NOT_SENT),
                arguments(new SocketTimeoutException("Read timed out"), FailureReason.UNKNOWN),
                arguments(new SocketException("Connection reset"), FailureReason.UNKNOWN),
                arguments(new SocketException("Unexpected end of file from server"), FailureReason.UNKNOWN),
                arguments(new SocketException("Broken pipe"), FailureReason.UNKNOWN),
                arguments(new SSLException("closed"), FailureReason.UNKNOWN),
                arguments(new EOFException(), FailureReason.UNKNOWN),
                arguments(new IOException("no JSON"), FailureReason.UNKNOWN),
                arguments(http(502), FailureReason.UNKNOWN),
                arguments(http(302), FailureReason.UNKNOWN),
                arguments(new ExchangeUnavailableException("x"), FailureReason.UNKNOWN),
                arguments(new SystemOverloadException("x"), FailureReason.UNKNOWN),
                arguments(new InternalServerException("x"), FailureReason.UNKNOWN),
                arguments(new ExchangeException("you may not"), FailureReason.REJECTED),
                arguments(http(400), FailureReason.REJECTED),
                arguments(http(403), FailureReason.REJECTED),
                // an unreadable answer, with an exception that looks like a failed verification
                arguments(new IllegalArgumentException("No enum constant"), FailureReason.UNKNOWN),
                arguments(new NumberFormatException("x"), FailureReason.UNKNOWN),
                arguments(new UnsupportedOperationException("x"), FailureReason.UNKNOWN),
                arguments(new NullPointerException("x"), FailureReason.UNKNOWN),
                arguments(new UncheckedIOException(new ConnectException("x")), FailureReason.UNKNOWN),
                arguments(new StackOverflowError(), FailureReason.UNKNOWN),
                arguments(new InterruptedException(), FailureReason.UNKNOWN),
                // the cause of an ExchangeException decides
                arguments(new ExchangeException(new SocketTimeoutException("Read timed out")), FailureReason.UNKNOWN),
                arguments(new ExchangeException(http(503)), FailureReason.UNKNOWN),
                arguments(new ExchangeException(new NullPointerException()), FailureReason.UNKNOWN),
                arguments(new ExchangeException(http(401)), FailureReason.REJECTED),
                arguments(
                        new ExchangeException("x", new ExchangeException(new FundsExceededException("x"))),
                        FailureReason.INSUFFICIENT_FUNDS),
                arguments(new CompletionException(new FundsExceededException("x")), FailureReason.INSUFFICIENT_FUNDS));
    }

    @ParameterizedTest
    @MethodSource("table")
    void tellsOneReason(Throwable thrown, FailureReason reason) {
        assertThat(sentOnce.of(thrown)).isEqualTo(reason);
    }

    @ParameterizedTest
    @MethodSource("table")
    void takesNothingForNotSentWhileTheJdkMaySendTwice(Throwable thrown, FailureReason reason) {
        assertThat(perhapsTwice.of(thrown))
                .isEqualTo(reason == FailureReason.NOT_SENT ? FailureReason.UNKNOWN : reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1000 | 500 | An unknown error occurred while processing the request. | UNKNOWN",
                "-1001 | 500 | Internal error; unable to process your request. | UNKNOWN",
                "-1006 | 500 | An unexpected response was received from the message bus. Execution status unknown. | UNKNOWN",
                "-1006 | 400 | changed text | UNKNOWN",
                "-1007 | 504 | Timeout waiting for response from backend server. | UNKNOWN",
                "-9999 | 400 | Send status unknown; execution status unknown. | UNKNOWN",
                "-2010 | 400 | Duplicate order sent. | UNKNOWN",
                "-2010 | 400 | Account has insufficient balance for requested action. | INSUFFICIENT_FUNDS",
                "-2010 | 400 | Market is closed. | MARKET_CLOSED",
                "-2010 | 400 | Order would immediately match and take. | REJECTED",
                "-2010 | 0 | Order would immediately match and take. | REJECTED",
                "-2010 | 503 | Order would immediately match and take. | UNKNOWN",
                "-1003 | 429 | Too many requests. | RATE_LIMITED",
                "-1015 | 400 | Too many new orders. | RATE_LIMITED",
                "-1008 | 503 | Server is currently overloaded with other requests. | UNKNOWN",
                "-1013 | 400 | Filter failure: LOT_SIZE | INVALID",
                "-1013 | 400 | Filter failure: MIN_NOTIONAL | INVALID",
                "-1016 | 400 | This service is no longer available. | UNKNOWN",
                "-1021 | 400 | Timestamp for this request is outside of the recvWindow. | EXPIRED_WINDOW",
                "-1022 | 400 | Signature for this request is not valid. | AUTH",
                "-1121 | 400 | Invalid symbol. | INVALID",
                "-2014 | 400 | API-key format invalid. | AUTH",
                "-2015 | 401 | Invalid API-key, IP, or permissions for action. | AUTH",
            })
    void knowsBinancesCodesThroughXChangesOwnAdapter(int code, int status, String message, FailureReason reason) {
        BinanceException exception = new BinanceException(code, message);
        exception.setHttpStatusCode(status);
        assertThat(sentOnce.of(BinanceErrorAdapter.adapt(exception))).isEqualTo(reason);
    }

    @Test
    void asksTheBotsOwnClassifierFirst() {
        FailureClassifier own = new FailureClassifier(
                failure -> failure.getMessage().startsWith("EService:")
                        ? Optional.of(FailureReason.UNKNOWN)
                        : Optional.empty(),
                true);
        assertThat(own.of(new ExchangeException("EService:Timeout"))).isEqualTo(FailureReason.UNKNOWN);
        assertThat(own.of(new ExchangeException("EOrder:Rate limit"))).isEqualTo(FailureReason.REJECTED);
        assertThat(own.of(new ExchangeException((String) null)))
                .as("the classifier itself fails: a null message")
                .isEqualTo(FailureReason.UNKNOWN);
    }

    @Test
    void whateverIsThrownHowEverNestedHasOneReason() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Throwable> seen =
                new ArrayList<>(table().map(row -> (Throwable) row.get()[0]).toList());
        for (int round = 0; round < 2_000; round++) {
            Throwable cause = seen.get(random.nextInt(seen.size()));
            Throwable thrown = switch (random.nextInt(6)) {
                case 0 -> new ExchangeException(cause);
                case 1 -> new RuntimeException(cause);
                case 2 -> new IOException(cause);
                case 3 -> new CompletionException(cause);
                case 4 -> new ExchangeUnavailableException("x", cause);
                default -> new Error(cause);
            };
            seen.add(thrown);
            FailureReason once = sentOnce.of(thrown);
            FailureReason twice = perhapsTwice.of(thrown);
            assertThat(twice)
                    .as("seed %d, %s", seed, thrown)
                    .isEqualTo(once == FailureReason.NOT_SENT ? FailureReason.UNKNOWN : once);
            if (!(thrown instanceof ExchangeException) && !(thrown instanceof CompletionException)) {
                assertThat(once).as("seed %d, %s", seed, thrown).isEqualTo(FailureReason.UNKNOWN);
            }
        }
    }

    @Test
    void survivesACauseThatIsItsOwn() {
        ExchangeException first = new ExchangeException("first");
        ExchangeException second = new ExchangeException("second", first);
        first.initCause(second);
        assertThat(sentOnce.of(first)).isEqualTo(FailureReason.REJECTED);
    }

    @Test
    void saysWhatItIsInOneLineWithoutASignature() {
        assertThat(Failures.line(new IOException(
                        "HTTP 502 for URL: https://x/api/v3/order?symbol=XRPETH&signature=5ec2e7 and more\nstack")))
                .isEqualTo("IOException: HTTP 502 for URL: https://x/api/v3/order?… and more");
        assertThat(Failures.line(new IOException())).isEqualTo("IOException");
        assertThat(Failures.line(new IOException("x".repeat(1_000)))).hasSize("IOException: ".length() + 201);
    }

    private static HttpStatusIOException http(int status) {
        return new HttpStatusIOException(
                "HTTP status code was not OK: " + status, new InvocationResult("<html>", status));
    }

    /** The exception of XChange's rate limiter. Its library comes with XChange, and our code does not use it. */
    private static Throwable requestNotPermitted() {
        try {
            Class<?> limiter = Class.forName("io.github.resilience4j.ratelimiter.RateLimiter");
            return (Throwable) Class.forName("io.github.resilience4j.ratelimiter.RequestNotPermitted")
                    .getMethod("createRequestNotPermitted", limiter)
                    .invoke(null, limiter.getMethod("ofDefaults", String.class).invoke(null, "x"));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static IllegalArgumentException verifyOrder() {
        return new IllegalArgumentException("Order amount less than minimum");
    }
}
