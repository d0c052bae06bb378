package io.cryptobot.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A real Prometheus, or its Alertmanager, on a loopback port with its log and data in a directory of the test; {@link #close}
 * kills it. The variables {@code CRYPTOBOT_PROMETHEUS} and {@code CRYPTOBOT_ALERTMANAGER} name other programs than those on
 * the path. Thread-safe.
 */
public final class PrometheusProcess implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildProcess process;
    private final URI address;

    private PrometheusProcess(ChildProcess process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Which server. */
    public enum Server {
        PROMETHEUS("CRYPTOBOT_PROMETHEUS", "prometheus", "--storage.tsdb.path="),
        ALERTMANAGER("CRYPTOBOT_ALERTMANAGER", "prometheus-alertmanager", "--storage.path=");

        private final String variable;
        private final String debianPackage;
        private final String dataFlag;

        Server(String variable, String debianPackage, String dataFlag) {
            this.variable = variable;
            this.debianPackage = debianPackage;
            this.dataFlag = dataFlag;
        }
    }

    /** {@return a Prometheus on a free port, ready to answer} */
    public static PrometheusProcess start(Path config, Path directory, String... flags) {
        PrometheusProcess prometheus = start(Server.PROMETHEUS, config, directory, FreePorts.choose(), flags);
        try {
            prometheus.awaitReady();
            return prometheus;
        } catch (AssertionError e) {
            prometheus.close();
            throw e;
        }
    }

    /** {@return a server on this port; it may not answer yet} */
    public static PrometheusProcess start(Server server, Path config, Path directory, int port, String... flags) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        String authority = "127.0.0.1:" + port;
        ChildProcess process = ChildProcess.program(System.getenv().getOrDefault(server.variable, server.debianPackage))
                .arguments(
                        "--config.file=" + config,
                        server.dataFlag + directory.resolve("data"),
                        "--web.listen-address=" + authority,
                        "--web.external-url=http://" + authority)
                .arguments((Object[]) flags)
                .debianPackage(server.debianPackage)
                .output(directory.resolve("log"))
                .start();
        return new PrometheusProcess(process, URI.create("http://" + authority));
    }

    /** Waits up to 60 s until the server answers; fails when it ends before. */
    public void awaitReady() {
        Await.within(PATIENCE)
                .failingWhen(() -> !process.isAlive())
                .showing(process::output)
                .until(
                        address + " is ready",
                        () -> send(HttpRequest.newBuilder(address.resolve("/-/ready")))
                                        .statusCode()
                                == 200);
    }

    /** {@return its address, without a path} */
    public URI address() {
        return address;
    }

    /** {@return the process, its log as the output} */
    public ChildProcess process() {
        return process;
    }

    /** {@return the answer; it must be one with the status 200} */
    public String get(String path) throws IOException {
        return body(HttpRequest.newBuilder(address.resolve(path)));
    }

    /** {@return the answer; it must be one with the status 200} */
    public String post(String path, String json) throws IOException {
        return body(HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    private static String body(HttpRequest.Builder request) throws IOException {
        HttpResponse<String> answer = send(request);
        if (answer.statusCode() != 200) {
            throw new IOException(answer + ": " + answer.body());
        }
        return answer.body();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString(UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
