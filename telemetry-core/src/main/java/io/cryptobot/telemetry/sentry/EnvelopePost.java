package io.cryptobot.telemetry.sentry;

import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.ACCEPTED;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.NETWORK;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.RATE_LIMITED;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.REJECTED;

import io.sentry.RequestDetails;
import io.sentry.transport.RateLimiter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;

/**
 * One HTTP attempt to send one event. Used in place of the SDK's own connection, which can send an event twice by
 * itself (the JDK repeats a POST whose connection breaks) and does not return the HTTP status. Follows no redirect,
 * waits no longer than its timeouts and reads a bounded part of the answer. For one thread.
 */
final class EnvelopePost {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_ANSWER_BYTES = 4096;

    private final RequestDetails address;
    private final RateLimiter limiter;
    private final Clock clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(ProxySelector.getDefault())
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    EnvelopePost(RequestDetails address, RateLimiter limiter, Clock clock) {
        this.address = address;
        this.limiter = limiter;
        this.clock = clock;
    }

    /**
     * {@return the delivery result}
     *
     * @param items the envelope without its header line, which contains the send time and is created again for each
     *     attempt
     */
    SentryDelivery send(String eventId, byte[] items) throws InterruptedException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> sent = http.sendAsync(
                request(eventId, items),
                HttpResponse.BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> keep(answer, bytes))));
        try {
            HttpResponse<Void> response = sent.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            limiter.updateRetryAfterLimits(
                    response.headers().firstValue("X-Sentry-Rate-Limits").orElse(null),
                    response.headers().firstValue("Retry-After").orElse(null),
                    response.statusCode());
            return classify(eventId, response.statusCode(), answer.toString(StandardCharsets.UTF_8));
        } catch (ExecutionException | TimeoutException e) {
            return new SentryDelivery(
                    NETWORK, eventId, "no answer from Sentry (connection refused, broken, or too slow)");
        } finally {
            sent.cancel(true);
        }
    }

    private HttpRequest request(String eventId, byte[] items) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(address.getUrl().toString()))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/x-sentry-envelope")
                .header("Content-Encoding", "gzip")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(envelope(eventId, items)));
        address.getHeaders().forEach(request::header);
        return request.build();
    }

    private byte[] envelope(String eventId, byte[] items) {
        String header = "{\"event_id\":\"" + eventId + "\",\"sent_at\":\""
                + clock.instant().truncatedTo(ChronoUnit.MILLIS) + "\"}\n";
        ByteArrayOutputStream envelope = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(envelope)) {
            gzip.write(header.getBytes(StandardCharsets.UTF_8));
            gzip.write(items);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory never fails", e);
        }
        return envelope.toByteArray();
    }

    private static void keep(ByteArrayOutputStream answer, byte[] part) {
        answer.write(part, 0, Math.min(part.length, MAX_ANSWER_BYTES - answer.size()));
    }

    private static SentryDelivery classify(String eventId, int status, String answer) {
        if (status == 200) {
            return answer.replace("-", "").toLowerCase(Locale.ROOT).contains(eventId)
                    ? new SentryDelivery(ACCEPTED, eventId, "")
                    : new SentryDelivery(
                            REJECTED,
                            eventId,
                            "HTTP 200 without the event's id: the server at this address is not Sentry");
        }
        if (status == 429) {
            return new SentryDelivery(RATE_LIMITED, eventId, "Sentry limits the rate of events (HTTP 429)");
        }
        boolean passing = status >= 500 || (status >= 300 && status < 400) || status == 408;
        return new SentryDelivery(
                passing ? NETWORK : REJECTED, eventId, "Sentry answered HTTP " + status + hint(status));
    }

    private static String hint(int status) {
        return switch (status) {
            case 401, 403 -> ": the DSN's key or project is not accepted";
            case 404 -> ": no such project at this address";
            case 413 -> ": the event is too large";
            default -> "";
        };
    }
}
