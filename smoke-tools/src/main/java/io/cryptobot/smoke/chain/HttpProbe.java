package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Small GET requests to the parts of a chain. The server is not trusted: an answer is limited to five seconds and 32 MiB, and
 * redirects are not followed. Stateless; thread-safe.
 */
public final class HttpProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BODY_BYTES = 32 << 20;
    private static final long PAUSE_MS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();

    private HttpProbe() {}

    /**
     * {@return the body of a 200 answer}
     *
     * @throws IOException if there is no answer, or if it is too long, too slow, or has another status
     */
    public static String get(URI address) throws IOException, InterruptedException {
        return get(address, TIMEOUT);
    }

    static String get(URI address, Duration timeout) throws IOException, InterruptedException {
        Body body = new Body();
        HttpResponse<Void> response = send(address, body, timeout);
        int status = response.statusCode();
        if (status >= 300 && status < 400) {
            throw new IOException(address + " answered HTTP " + status
                    + response.headers()
                            .firstValue("location")
                            .map(location -> ", a redirect to " + location)
                            .orElse(""));
        }
        if (status != 200) {
            throw new IOException(address + " answered HTTP " + status);
        }
        return body.text();
    }

    /**
     * {@return the header Date of the answer, which may have any status}
     *
     * @throws IOException for no answer
     */
    public static Optional<String> date(URI address) throws IOException, InterruptedException {
        return send(address, new Body(), TIMEOUT).headers().firstValue("date");
    }

    private static HttpResponse<Void> send(URI address, Body body, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(timeout).build();
        CompletableFuture<HttpResponse<Void>> answer =
                HTTP.sendAsync(request, BodyHandlers.ofByteArrayConsumer(chunk -> chunk.ifPresent(body::append)));
        try {
            // the request's own timeout ends with the headers: a body may come byte by byte for ever
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(address + " does not answer within " + PrometheusDuration.show(timeout), e);
        } catch (ExecutionException e) {
            if (body.isTooLong()) {
                throw new IOException(address + " answers with more than " + (MAX_BODY_BYTES >> 20) + " MiB", e);
            }
            Throwable cause = e.getCause();
            if (cause instanceof ConnectException) { // has no message
                throw new IOException("nothing answers at " + address, e);
            }
            throw new IOException(
                    address + " does not answer: " + (cause == null ? e.getMessage() : cause.getMessage()), e);
        }
    }

    /** {@return the body of a 200 answer as JSON} */
    public static JsonNode json(URI address) throws IOException, InterruptedException {
        String body = get(address);
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IOException(address + " did not answer with JSON", e);
        }
    }

    /** {@return whether the program at this address answers that it is ready} */
    public static boolean isReady(URI base) throws InterruptedException {
        try {
            get(base.resolve("/-/ready"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits a short time between two polls. */
    public static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }

    /** The received part of a body; written by the client's thread, read after the answer is complete. */
    private static final class Body {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean tooLong;

        synchronized void append(byte[] chunk) {
            if (bytes.size() + chunk.length > MAX_BODY_BYTES) {
                tooLong = true;
                throw new IllegalStateException("body too long"); // ends the exchange
            }
            bytes.writeBytes(chunk);
        }

        synchronized boolean isTooLong() {
            return tooLong;
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
