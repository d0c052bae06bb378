package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The exporter with its packed configuration on free loopback ports, in this process. */
final class RunningExporter implements AutoCloseable {
    static final String OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private final DropwizardTestSupport<ExporterConfiguration> support;

    RunningExporter(Path runDirectory) throws Exception {
        support = new DropwizardTestSupport<>(
                ExporterApplication.class,
                PackedConfiguration.PATH,
                ConfigOverride.config("runDirectory", runDirectory.toString()),
                ConfigOverride.config("heartbeatTimeout", "1s"),
                ConfigOverride.config("server.applicationConnectors[0].port", "0"),
                ConfigOverride.config("server.applicationConnectors[0].bindHost", "127.0.0.1"),
                ConfigOverride.config("server.adminConnectors[0].port", "0"));
        support.before();
    }

    HttpResponse<String> request(String method, String path, String accept) throws IOException, InterruptedException {
        return send(support.getLocalPort(), method, path, accept);
    }

    HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return send(support.getAdminPort(), "GET", path, "*/*");
    }

    /** {@return the beginning of a request for a page of the application connector} */
    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    /** {@return the port of the metrics} */
    int port() {
        return support.getLocalPort();
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString(UTF_8));
    }

    HttpResponse<byte[]> sendForBytes(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> send(int port, String method, String path, String accept)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, BodyPublishers.noBody())
                .header("Accept", accept)
                .build();
        return client.send(request, BodyHandlers.ofString(UTF_8));
    }

    /** {@return the page in text format} */
    String page() throws IOException, InterruptedException {
        HttpResponse<String> response = request("GET", "/metrics", "text/plain");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    /** {@return the first page that is as expected} */
    String pageOnce(Predicate<String> expected) throws IOException, InterruptedException {
        long start = System.nanoTime();
        String page = page();
        while (!expected.test(page)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(page).isLessThan(PATIENCE);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            page = page();
        }
        return page;
    }

    /** {@return the value of a series, by its text before the value} */
    static double value(String page, String series) {
        return page.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(series + " is not on the page:\n" + page));
    }

    @Override
    public void close() {
        support.after();
    }
}
