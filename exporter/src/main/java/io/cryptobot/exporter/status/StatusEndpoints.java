package io.cryptobot.exporter.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.exporter.Version;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.web.SharedResponse;
import io.cryptobot.exporter.web.WebResponse;
import io.dropwizard.lifecycle.setup.LifecycleEnvironment;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The HTTP endpoints of the status page: the page, its JSON and the files that it needs. Stateless. */
public final class StatusEndpoints {
    /**
     * Forbids content from other hosts, inline scripts and styles, and framing. The chart library sets styles by
     * script, which is allowed.
     */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static final String NEVER_KEPT = "no-store";
    private static final String KEPT_FOR_EVER = "public, max-age=31536000, immutable";

    private StatusEndpoints() {}

    /**
     * {@return the pages by path} From now on the bots are watched until the server stops.
     *
     * @param runbooks the address of the runbooks; may be empty
     */
    public static Map<String, Function<HttpServletRequest, WebResponse>> of(
            LifecycleEnvironment lifecycle, BotDirectory bots, String runbooks) {
        BotWatch watch = new BotWatch(bots::read, System::nanoTime, InstantSource.system());
        // with a fixed delay and not a fixed rate: after a pause of the process one sample replaces the missed samples
        var unused = lifecycle
                .scheduledExecutorService("status-history", true)
                .build()
                .scheduleWithFixedDelay(watch::sample, 0, BotWatch.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        StatusPage page = new StatusPage(
                Version.ofThisJar(), runbooks.isEmpty() || runbooks.endsWith("/") ? runbooks : runbooks + "/");
        Map<String, Function<HttpServletRequest, WebResponse>> pages = new HashMap<>();
        for (StaticFile file : page.staticFiles()) {
            WebResponse response = response(file.contentType(), KEPT_FOR_EVER, file.body());
            pages.put(file.path(), request -> response);
        }
        pages.put("/", shared("text/html; charset=utf-8", () -> page.html(watch.status())));
        pages.put("/status.json", shared("application/json", () -> page.json(watch.status())));
        return pages;
    }

    /**
     * Shares one response between all waiting requests, because the figures of a hundred bots need some time and there
     * are few threads.
     */
    private static Function<HttpServletRequest, WebResponse> shared(String contentType, Supplier<String> body) {
        SharedResponse<WebResponse> page = new SharedResponse<>(() -> response(contentType, NEVER_KEPT, body.get()));
        return request -> page.render();
    }

    private static WebResponse response(String contentType, String cacheControl, String body) {
        return new WebResponse(
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
