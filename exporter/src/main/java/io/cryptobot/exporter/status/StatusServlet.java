package io.cryptobot.exporter.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.exporter.web.PageWriter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status page, its JSON and the files it needs. GET and HEAD only. An answer is made whole before it is sent, and one
 * that fails says so without a word about the cause, which goes to the log. Thread-safe.
 */
public final class StatusServlet extends HttpServlet {
    private static final Logger LOGGER = LoggerFactory.getLogger(StatusServlet.class);
    /** Nothing from elsewhere, nothing inline, in nobody's frame. The chart library sets styles by script, not as text. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static final String NEVER_KEPT = "no-store";
    private static final String KEPT_FOR_EVER = "public, max-age=31536000, immutable";

    private final transient Map<String, Supplier<Answer>> answers;

    /**
     * @param version the exporter's
     * @param runbooks where the runbooks can be read; empty when they cannot
     */
    public StatusServlet(BotWatch watch, String version, String runbooks) {
        StatusPage page =
                new StatusPage(version, runbooks.isEmpty() || runbooks.endsWith("/") ? runbooks : runbooks + "/");
        this.answers = page.assets().stream()
                .collect(Collectors.toMap(
                        Asset::path, asset -> () -> new Answer(200, asset.contentType(), KEPT_FOR_EVER, asset.body())));
        answers.put("/", () -> answer(200, "text/html; charset=utf-8", page.html(watch.status())));
        answers.put("/status.json", () -> answer(200, "application/json", page.json(watch.status())));
    }

    /** {@return the URL patterns of what is served here} */
    public static String[] mappings() {
        return new String[] {"", "/status.json", Asset.FOLDER + "*"};
    }

    /** A complete answer. */
    private record Answer(int status, String contentType, String cacheControl, String body) {}

    private static Answer answer(int status, String contentType, String body) {
        return new Answer(status, contentType, NEVER_KEPT, body);
    }

    private static Answer line(int status, String line) {
        return answer(status, "text/plain; charset=utf-8", line + "\n");
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean head = request.getMethod().equals("HEAD");
        Answer answer = respond(request, head);
        byte[] body = answer.body().getBytes(UTF_8);
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        response.setContentLength(body.length);
        response.setHeader("Cache-Control", answer.cacheControl());
        if (!response.containsHeader("Content-Security-Policy")) { // the web configuration's own wins
            response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        }
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (answer.status() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
            response.setHeader("Allow", "GET, HEAD");
        }
        if (!head) {
            PageWriter.send(request, body);
        }
    }

    private Answer respond(HttpServletRequest request, boolean head) {
        Supplier<Answer> known = answers.get(request.getRequestURI());
        if (known == null) {
            return line(404, "not found");
        }
        if (!head && !request.getMethod().equals("GET")) {
            return line(405, "method not allowed");
        }
        try {
            return known.get();
        } catch (RuntimeException e) {
            LOGGER.error("{} failed", request.getRequestURI(), e);
            return line(500, "internal error");
        }
    }
}
