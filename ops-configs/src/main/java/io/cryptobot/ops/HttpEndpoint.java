package io.cryptobot.ops;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address of a running Prometheus or Alertmanager. Safe for use by several threads. */
final class HttpEndpoint {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String address;

    /** @throws IllegalArgumentException if the address is not an HTTP address */
    HttpEndpoint(String address) {
        URI uri = URI.create(address);
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("not the address of a server: " + address);
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException("do not put a password into the URL: other users can see it in ps");
        }
        this.address = address.replaceFirst("/+$", "");
    }

    String get(String path) throws IOException, InstallException {
        return send(HttpRequest.newBuilder(URI.create(address + path))
                .timeout(TIMEOUT)
                .build());
    }

    /** Makes the server reload its configuration. */
    void reload() throws IOException, InstallException {
        send(HttpRequest.newBuilder(URI.create(address + "/-/reload"))
                .timeout(TIMEOUT)
                .POST(BodyPublishers.noBody())
                .build());
    }

    /** {@return the value of a metric without labels of the server} */
    OptionalDouble metric(String name) throws IOException, InstallException {
        Matcher value = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(get("/metrics"));
        return value.find() ? OptionalDouble.of(Double.parseDouble(value.group(1))) : OptionalDouble.empty();
    }

    private String send(HttpRequest request) throws IOException, InstallException {
        HttpResponse<String> response;
        try {
            response = client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new InstallException(ExitCode.FAILED, request.uri() + ": no answer: " + reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + request.uri(), e);
        }
        if (response.statusCode() != 200) {
            throw new InstallException(
                    ExitCode.FAILED,
                    request.uri() + ": status " + response.statusCode() + ": "
                            + response.body().strip().replaceAll("\\s+", " "));
        }
        return response.body();
    }

    @Override
    public String toString() {
        return address;
    }
}
