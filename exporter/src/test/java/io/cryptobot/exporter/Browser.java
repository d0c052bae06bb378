package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.concurrent.locks.LockSupport;

/**
 * A headless Chromium with one tab, driven by its DevTools protocol. It resolves no name, so that a request to elsewhere
 * fails, and is recorded. Confined to the test's thread.
 */
final class Browser implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger sent = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** @param profile an empty directory that it may fill */
    Browser(Path profile) throws Exception {
        process = start(profile);
        try {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(tab(awaitPort(profile)), new Listener())
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
                send(domain + ".enable", Map.of());
            }
            // Ten seconds of waiting take one.
            send(
                    "Page.addScriptToEvaluateOnNewDocument",
                    Map.of("source", "setTimeout = (set => (then, ms) => set(then, ms / 10))(setTimeout)"));
        } catch (Exception | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Process start(Path profile) throws IOException {
        List<String> command = List.of(
                System.getenv().getOrDefault("CRYPTOBOT_CHROMIUM", "chromium"),
                "--headless=new",
                // As root, and in most containers, Chromium cannot make its sandbox; it sees nothing but our own page.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--no-proxy-server",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank");
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(profile.resolve("chromium.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "Chromium is not on the PATH: install it (Debian: apt-get install chromium) or set"
                            + " CRYPTOBOT_CHROMIUM",
                    e);
        }
    }

    /** Chromium writes the port that it chose, and a line more, into a file of its profile. */
    private String awaitPort(Path profile) throws IOException {
        Path file = profile.resolve("DevToolsActivePort");
        long start = System.nanoTime();
        while (!Files.exists(file) || Files.readAllLines(file).size() < 2) {
            String log = Files.readString(profile.resolve("chromium.log"), UTF_8);
            assertThat(process.isAlive()).as("Chromium runs: %s", log).isTrue();
            await(start, "Chromium's port: " + log);
        }
        return Files.readAllLines(file).get(0);
    }

    /** A tab of our own: the first one may still be starting up, and then does not answer. */
    private static URI tab(String port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                .PUT(BodyPublishers.noBody())
                .build();
        String tab = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString(UTF_8))
                .body();
        return URI.create(MAPPER.readTree(tab).path("webSocketDebuggerUrl").asText());
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
    void await(String expression) throws Exception {
        long start = System.nanoTime();
        while (!evaluate(expression).asBoolean()) {
            await(start, expression + " on " + evaluate("document.title + document.body?.innerText"));
        }
    }

    void awaitText(String selector, String text) throws Exception {
        await(shown(selector) + ".includes(`" + text + "`)");
    }

    /** Of what is hidden innerText would be the whole text. */
    private static String shown(String selector) {
        return "[document.querySelector(`" + selector + "`)]"
                + ".map(element => element?.checkVisibility() ? element.innerText : '')[0]";
    }

    /** Waits until an address has been asked for so often. */
    void awaitRequests(String address, long times) {
        long start = System.nanoTime();
        while (requests.stream().filter(address::equals).count() < times) {
            await(start, address + " among " + requests);
        }
    }

    private static void await(long startNanos, String what) {
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).as(what).isLessThan(PATIENCE);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
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
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        // Its files are in a directory that is about to be deleted.
        process.onExit().join();
    }
}
