package io.cryptobot.exporter.web;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.exposition.Exposition;
import io.cryptobot.exporter.exposition.ExpositionFormat;
import io.cryptobot.exporter.exposition.NameFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;

/** The endpoints for Prometheus and for health checks. Thread-safe. */
public final class ScrapeEndpoints {
    /**
     * Maximum number of concurrent {@code name[]} requests, and so the number of renderings that can delay a scrape.
     * Their responses cannot be shared, and each needs as much time as a complete page.
     */
    private static final int MAX_BY_NAME = 4;

    private final Exposition metrics;
    private final Map<ExpositionFormat, SharedResponse<WebResponse>> whole = new EnumMap<>(ExpositionFormat.class);
    private final Semaphore byName = new Semaphore(MAX_BY_NAME);

    private ScrapeEndpoints(Exposition metrics) {
        this.metrics = metrics;
        for (ExpositionFormat format : ExpositionFormat.values()) {
            whole.put(format, new SharedResponse<>(() -> render(format, NameFilter.ALL)));
        }
    }

    /** {@return the pages by path} */
    public static Map<String, Function<HttpServletRequest, WebResponse>> of(Exposition metrics, BotDirectory bots) {
        // shared, because every client may request it and reading the bots delays scrapes
        SharedResponse<WebResponse> ready = new SharedResponse<>(() -> ready(bots));
        return Map.of(
                "/metrics", new ScrapeEndpoints(metrics)::metrics,
                // healthy: the process answers; ready: the run directory can be listed or does not exist yet
                "/-/healthy", request -> WebResponse.line(200, "healthy"),
                "/-/ready", request -> ready.render());
    }

    private static WebResponse ready(BotDirectory bots) {
        return bots.read().listable()
                ? WebResponse.line(200, "ready")
                : WebResponse.line(503, "the run directory cannot be listed");
    }

    private WebResponse metrics(HttpServletRequest request) {
        ExpositionFormat format =
                ExpositionFormat.negotiate(String.join(",", Collections.list(request.getHeaders("Accept"))));
        String[] asked;
        try {
            asked = request.getParameterValues("name[]");
        } catch (RuntimeException e) { // Jetty's own; its text is not for clients
            return WebResponse.line(400, "the query cannot be decoded");
        }
        if (asked == null) {
            return Objects.requireNonNull(whole.get(format)).render();
        }
        NameFilter names;
        try {
            names = NameFilter.of(asked);
        } catch (IllegalArgumentException e) {
            return WebResponse.line(400, String.valueOf(e.getMessage()));
        }
        if (!byName.tryAcquire()) {
            return WebResponse.line(HttpStatus.TOO_MANY_REQUESTS_429, "too many pages by name at once");
        }
        try {
            return render(format, names);
        } finally {
            byName.release();
        }
    }

    private WebResponse render(ExpositionFormat format, NameFilter names) {
        return new WebResponse(200, format.contentType(), WebResponse.NEVER_KEPT, metrics.render(format, names));
    }
}
