package io.cryptobot.smoke.sentry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.cli.Check;
import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.sentry.SentryDsn;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks Sentry's own interface for an event until it is stored there, because quotas and filters can drop an accepted event.
 * {@code SENTRY_AUTH_TOKEN} needs the scope {@code project:read}. The organisation is {@code SENTRY_ORG} or part of the DSN's
 * host, the server {@code SENTRY_URL} or the DSN's; both variables are those of Sentry's own command line. The token goes to
 * that server only, never into a message.
 */
public final class SentryReadBack {
    private static final Pattern SENTRY_IO =
            Pattern.compile("o(?<organisation>\\d+)\\.ingest\\.(?<region>(?:[a-z]{2}\\.)?)sentry\\.io");
    private static final Pattern ORGANISATION = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");
    private static final Check STORED = new Check("sentry-stored", "Sentry stores the exception");
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final long STEP_MS = 500;
    /** An event is smaller; a longer answer is cut. */
    private static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(REQUEST_TIMEOUT)
            .build();
    private final String token;
    private final URI project;

    private record Answer(int status, String body) {}

    private SentryReadBack(String token, URI project) {
        this.token = token;
        this.project = project;
    }

    /**
     * {@return a reader for the events of this project; null without a token}
     *
     * @throws CommandFailure when there is a token and the organisation or the server is unknown
     */
    public static @Nullable SentryReadBack from(Map<String, String> environment, SentryDsn dsn) {
        String token = environment.getOrDefault("SENTRY_AUTH_TOKEN", "").strip();
        if (token.isEmpty()) {
            return null;
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "SENTRY_AUTH_TOKEN holds characters that no token has");
        }
        Matcher hosted = SENTRY_IO.matcher(String.valueOf(dsn.server().getHost()));
        String organisation = environment.getOrDefault("SENTRY_ORG", "").strip();
        if (organisation.isEmpty() && hosted.matches()) {
            organisation = hosted.group("organisation");
        }
        if (!ORGANISATION.matcher(organisation).matches()) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "SENTRY_AUTH_TOKEN is set, but the organisation is unknown; set SENTRY_ORG to the organisation's"
                            + " name in Sentry's addresses");
        }
        return new SentryReadBack(
                token,
                URI.create(server(environment, dsn, hosted) + "/api/0/projects/" + organisation + "/" + dsn.project()
                        + "/events/"));
    }

    private static String server(Map<String, String> environment, SentryDsn dsn, Matcher hosted) {
        String server = environment.getOrDefault("SENTRY_URL", "").strip();
        if (server.isEmpty()) {
            return hosted.matches() ? "https://" + hosted.group("region") + "sentry.io" : String.valueOf(dsn.server());
        }
        try {
            URI address = URI.create(server);
            boolean loopback = address.getHost() != null
                    && LOOPBACK.matcher(address.getHost()).matches();
            if (address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && ("https".equals(address.getScheme()) || ("http".equals(address.getScheme()) && loopback))) {
                return server.replaceAll("/+$", "");
            }
        } catch (IllegalArgumentException e) {
            // the message would show the address, in which there may be a password
        }
        throw new CommandFailure(
                ExitCode.CONFIGURATION, "SENTRY_URL is not an address such as https://sentry.example.com");
    }

    /** {@return whether the event is stored, or the reason why that is unknown; repeats the request until the timeout} */
    public CheckResult await(String eventId, Duration timeout) throws InterruptedException {
        long start = System.nanoTime();
        return result(eventId, start + timeout.toNanos(), timeout).took(Duration.ofNanos(System.nanoTime() - start));
    }

    private CheckResult result(String eventId, long deadline, Duration timeout) throws InterruptedException {
        String last = "";
        while (deadline - System.nanoTime() > 0) {
            Answer answer = ask(eventId, Duration.ofNanos(deadline - System.nanoTime()));
            if (answer.status() == 200 && storedId(answer.body()).equals(eventId)) {
                return STORED.pass().withEvidence("eventId", eventId);
            }
            if (answer.status() == 401 || answer.status() == 403) {
                return STORED.fail(
                        "Sentry answered HTTP " + answer.status() + " to SENTRY_AUTH_TOKEN",
                        "make a token with the scope project:read for this organisation");
            }
            if (answer.status() != 0 || last.isEmpty()) { // the timeout can come during a request
                last = describe(answer);
            }
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            TimeUnit.MILLISECONDS.sleep(Math.max(0, Math.min(STEP_MS, leftMs)));
        }
        return STORED.timeout(
                "Sentry accepted it but does not show it after " + timeout.toMillis() + " ms; last answer: " + last,
                "again with a longer --timeout; look at the project's inbound filters and quota, and at SENTRY_ORG");
    }

    private static String describe(Answer answer) {
        return switch (answer.status()) {
            case 0 -> "none";
            case 200 -> "HTTP 200 without this event";
            case 404 -> "HTTP 404: no such event, project or organisation";
            default -> "HTTP " + answer.status();
        };
    }

    private Answer ask(String eventId, Duration left) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(project.resolve(eventId + "/"))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .build();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> response = http.sendAsync(
                request,
                HttpResponse.BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(
                        bytes -> body.write(bytes, 0, Math.min(bytes.length, MAX_ANSWER_BYTES - body.size())))));
        long timeoutMs = Math.max(1, Math.min(REQUEST_TIMEOUT.toMillis(), left.toMillis()));
        try {
            int status = response.get(timeoutMs, TimeUnit.MILLISECONDS).statusCode();
            return new Answer(status, body.toString(StandardCharsets.UTF_8));
        } catch (ExecutionException | TimeoutException e) {
            return new Answer(0, "");
        } finally {
            response.cancel(true);
        }
    }

    private static String storedId(String body) {
        try {
            JsonNode event = JSON.readTree(body);
            return event.path("eventID").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
