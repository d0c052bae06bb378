package io.cryptobot.smoke.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Small GET requests to the parts of a chain. Stateless; thread-safe. */
public final class HttpProbe {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
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
     * @throws IOException for no answer and for any other status
     */
    public static String get(URI address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
        HttpResponse<String> response;
        try {
            response = HTTP.send(request, BodyHandlers.ofString());
        } catch (ConnectException e) { // has no message
            throw new IOException("nothing answers at " + address, e);
        } catch (IOException e) {
            throw new IOException(address + " does not answer: " + e.getMessage(), e);
        }
        if (response.statusCode() != 200) {
            throw new IOException(address + " answered HTTP " + response.statusCode());
        }
        return response.body();
    }

    /** {@return the same as JSON} */
    static JsonNode json(URI address) throws IOException, InterruptedException {
        String body = get(address);
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IOException(address + " did not answer with JSON", e);
        }
    }

    /** Whether the program at this address says that it is ready. */
    public static boolean isReady(URI base) throws InterruptedException {
        try {
            get(base.resolve("/-/ready"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits a moment between two looks. */
    public static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
}
