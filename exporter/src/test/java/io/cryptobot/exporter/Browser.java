package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A tab of a {@link Chromium}, driven by the DevTools protocol. Confined to the test's thread. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Chromium chromium;
    private final JsonNode tab;
    private final WebSocket socket;
    private final AtomicInteger sent = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    Browser(Chromium chromium) throws Exception {
        this.chromium = chromium;
        tab = MAPPER.readTree(chromium.ask("PUT", "/json/new?about:blank"));
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(tab.path("webSocketDebuggerUrl").asText()), new Listener())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable", Map.of());
        }
        // Ten seconds of waiting take one.
        send(
                "Page.addScriptToEvaluateOnNewDocument",
                Map.of("source", "setTimeout = (set => (then, ms) => set(then, ms / 10))(setTimeout)"));
    }

    /** Receives on threads of the HTTP client. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                receive(message.toString());
                message.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            answers.values().forEach(answer -> answer.completeExceptionally(error));
        }
    }

    private void receive(String text) {
        JsonNode message;
        try {
            message = MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("Chromium does not speak JSON: " + text, e);
        }
        JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "" -> answers.remove(message.path("id").asInt()).complete(message);
            case "Network.requestWillBeSent" ->
                requests.add(parameters.path("request").path("url").asText());
            case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded" ->
                complaints.add(parameters.toString());
            default -> {}
        }
    }

    private JsonNode send(String method, Map<String, ?> parameters) throws Exception {
        int id = sent.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(MAPPER.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true);
        JsonNode message = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(message.has("error")).as(message.toString()).isFalse();
        return message.path("result");
    }

    void open(String address) throws Exception {
        send("Page.navigate", Map.of("url", address));
        await("document.readyState === 'complete' && location.href === '" + address + "'");
    }

    /** Makes the page's clock jump. */
    void passTime(Duration time) throws Exception {
        evaluate("Date.now = (now => () => now() + " + time.toMillis() + ")(Date.now)");
    }

    /** Looks as on a screen of this size in CSS pixels, from now on. */
    void screen(int width, int height, String colorScheme) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme))));
    }

    /** {@return the value of a JavaScript expression} */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode result = send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        assertThat(result.has("exceptionDetails")).as(result.toString()).isFalse();
        return result.path("result").path("value");
    }

    /** {@return the text that an element shows; empty while there is no such element or it is hidden} */
    String text(String selector) throws Exception {
        return evaluate(shown(selector)).asText();
    }

    /** Waits until a JavaScript expression is true. */
    void await(String expression) {
        Await.within(PATIENCE)
                .showing(() -> evaluate("document.title + document.body?.innerText"))
                .until(expression, () -> evaluate(expression).asBoolean());
    }

    void awaitText(String selector, String text) {
        await(shown(selector) + ".includes(`" + text + "`)");
    }

    /** Of what is hidden innerText would be the whole text. */
    private static String shown(String selector) {
        return "[document.querySelector(`" + selector + "`)]"
                + ".map(element => element?.checkVisibility() ? element.innerText : '')[0]";
    }

    /** Waits until an address has been asked for so often. */
    void awaitRequests(String address, long times) {
        Await.within(PATIENCE)
                .showing(() -> requests)
                .until(
                        times + " requests for " + address,
                        () -> requests.stream().filter(address::equals).count() >= times);
    }

    /** {@return what the console says: violations of the content policy, errors of scripts, failed requests} */
    List<String> complaints() {
        return complaints;
    }

    /** {@return the address of every request so far} */
    List<String> requests() {
        return requests;
    }

    /** {@return the picture of the whole page as PNG} */
    byte[] screenshot() throws Exception {
        JsonNode shot = send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        return Base64.getDecoder().decode(shot.path("data").asText());
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        chromium.ask("GET", "/json/close/" + tab.path("id").asText());
    }
}
