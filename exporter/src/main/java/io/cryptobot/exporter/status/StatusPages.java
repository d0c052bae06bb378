package io.cryptobot.exporter.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.exporter.web.Answer;
import io.cryptobot.exporter.web.SharedPage;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The status page, its JSON and the files it needs, as they are answered over HTTP. Stateless. */
public final class StatusPages {
    /** Nothing from elsewhere, nothing inline, in nobody's frame. The chart library sets styles by script, not as text. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static final String NEVER_KEPT = "no-store";
    private static final String KEPT_FOR_EVER = "public, max-age=31536000, immutable";

    private StatusPages() {}

    /**
     * {@return how to answer, by path}
     *
     * @param version the exporter's
     * @param runbooks where the runbooks can be read; empty when they cannot
     */
    public static Map<String, Function<HttpServletRequest, Answer>> of(
            BotWatch watch, String version, String runbooks) {
        StatusPage page =
                new StatusPage(version, runbooks.isEmpty() || runbooks.endsWith("/") ? runbooks : runbooks + "/");
        Map<String, Function<HttpServletRequest, Answer>> answers = new HashMap<>();
        for (Asset asset : page.assets()) {
            Answer answer = answer(asset.contentType(), KEPT_FOR_EVER, asset.body());
            answers.put(asset.path(), request -> answer);
        }
        answers.put("/", shared("text/html; charset=utf-8", () -> page.html(watch.status())));
        answers.put("/status.json", shared("application/json", () -> page.json(watch.status())));
        return answers;
    }

    /** The figures of a hundred bots take a while, and there are few threads: all who wait get the same. */
    private static Function<HttpServletRequest, Answer> shared(String contentType, Supplier<String> body) {
        SharedPage<Answer> page = new SharedPage<>(() -> answer(contentType, NEVER_KEPT, body.get()));
        return request -> page.render();
    }

    private static Answer answer(String contentType, String cacheControl, String body) {
        return new Answer(
                200,
                contentType,
                Map.of(
                        "Cache-Control", cacheControl,
                        "Content-Security-Policy", CONTENT_SECURITY_POLICY,
                        "Cross-Origin-Resource-Policy", "same-origin",
                        "Referrer-Policy", "no-referrer",
                        "X-Content-Type-Options", "nosniff"),
                body.getBytes(UTF_8));
    }
}
