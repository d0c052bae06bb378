package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.cryptobot.testing.Await;
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
import java.util.List;
import java.util.function.Predicate;

/** The exporter with its packed configuration on free loopback ports, in this process. */
final class RunningExporter implements AutoCloseable {
    static final String OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final Duration WEB_CONFIG_INTERVAL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String scheme;
    private final CapturedLog log;
    private final DropwizardTestSupport<ExporterConfiguration> support;

    RunningExporter(Path runDirectory) throws Exception {
        this(runDirectory, "http", "", ServerTimings.SHIPPED.responseTimeout());
    }

    /**
     * @param scheme what the application connector speaks with this web configuration
     * @param webConfigFile blank for none
     */
    RunningExporter(Path runDirectory, String scheme, String webConfigFile) throws Exception {
        this(runDirectory, scheme, webConfigFile, ServerTimings.SHIPPED.responseTimeout());
    }

    /** @param responseTimeout how long a client may take to take its answer */
    RunningExporter(Path runDirectory, Duration responseTimeout) throws Exception {
        this(runDirectory, "http", "", responseTimeout);
    }

    private RunningExporter(Path runDirectory, String scheme, String webConfigFile, Duration responseTimeout)
            throws Exception {
        this.scheme = scheme;
        support =
                new DropwizardTestSupport<>(
                        ExporterApplication.class,
                        PackedConfiguration.PATH,
                        ConfigOverride.config("runDirectory", runDirectory.toString()),
                        ConfigOverride.config("heartbeatTimeout", "1s"),
                        ConfigOverride.config("webConfigFile", webConfigFile),
                        ConfigOverride.config("server.applicationConnectors[0].port", "0"),
                        ConfigOverride.config("server.applicationConnectors[0].bindHost", "127.0.0.1"),
                        ConfigOverride.config("server.adminConnectors[0].port", "0"),
                        // The clients' idle connections, which nobody closes, would hold up every stop.
                        ConfigOverride.config("server.shutdownGracePeriod", "0s")) {
                    @Override
                    public ExporterApplication newApplication() {
                        return new ExporterApplication(new ServerTimings(WEB_CONFIG_INTERVAL, responseTimeout));
                    }
                };
        support.before();
        // Dropwizard sets logging up anew at start: what listens comes after it.
        log = new CapturedLog("io.cryptobot.exporter");
    }

    /** {@return what was logged at WARN or above since the start} */
    List<String> warnings() {
        return log.messages(Level.WARN);
    }

    /** {@return where the application connector serves a path} */
    URI uri(String path) {
        return URI.create(scheme + "://127.0.0.1:" + port() + path);
    }

    HttpResponse<String> request(String method, String path, String accept) throws IOException, InterruptedException {
        return request(uri(path), method, accept);
    }

    HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return request(URI.create("http://127.0.0.1:" + adminPort() + path), "GET", "*/*");
    }

    /** {@return the port of the metrics} */
    int port() {
        return support.getLocalPort();
    }

    /** {@return the port of the admin pages} */
    int adminPort() {
        return support.getAdminPort();
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString(UTF_8));
    }

    HttpResponse<byte[]> sendForBytes(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> request(URI uri, String method, String accept)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .method(method, BodyPublishers.noBody())
                .header("Accept", accept)
                .build());
    }

    /** {@return the page in text format} */
    String page() throws IOException, InterruptedException {
        HttpResponse<String> response = request("GET", "/metrics", "text/plain");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    /** {@return the first page that is as expected} */
    String pageOnce(Predicate<String> expected) {
        return Await.awaitValue("the page is as expected", this::page, expected);
    }

    /** {@return the header of a response; empty without it} */
    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
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
        log.close();
        support.after();
    }
}
