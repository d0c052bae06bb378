package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A headless Chromium. It resolves no name, so that a request to elsewhere fails, and is recorded. Confined to the test's
 * thread.
 */
final class Chromium implements AutoCloseable {
    private final ChildProcess process;
    private final String port;

    /** @param profile an empty directory that it may fill */
    Chromium(Path profile) {
        process = ChildProcess.program(System.getenv().getOrDefault("CRYPTOBOT_CHROMIUM", "chromium"))
                .arguments(
                        "--headless=new",
                        // As root, and in most containers, Chromium cannot make its sandbox; it shows our own page
                        // only.
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--no-proxy-server",
                        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .debianPackage("chromium, or name another one in CRYPTOBOT_CHROMIUM")
                .output(profile.resolve("chromium.log"))
                .start();
        // Chromium writes the port that it chose, and a line more, into a file of its profile.
        port = Await.awaitValue(
                        "Chromium listens",
                        () -> Files.readAllLines(profile.resolve("DevToolsActivePort")),
                        lines -> lines.size() >= 2)
                .get(0);
    }

    /** {@return the answer of its DevTools} */
    String ask(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString(UTF_8))
                .body();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.process().descendants().toList();
        process.close();
        // Their files are in a directory that is about to be deleted.
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
    }
}
