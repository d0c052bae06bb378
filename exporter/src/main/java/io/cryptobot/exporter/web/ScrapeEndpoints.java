package io.cryptobot.exporter.web;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.exposition.MetricsPage;
import io.cryptobot.exporter.exposition.NameFilter;
import io.cryptobot.exporter.exposition.PageFormat;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;

/** The pages for machines: the metrics, and whether the exporter is healthy and ready. Thread-safe. */
public final class ScrapeEndpoints {
    /** Pages by name cannot be shared, and each takes as long as a whole one: this is what a scrape may have to wait for. */
    private static final int MAX_BY_NAME = 4;

    private final MetricsPage metrics;
    private final Map<PageFormat, SharedPage<Answer>> whole = new EnumMap<>(PageFormat.class);
    private final Semaphore byName = new Semaphore(MAX_BY_NAME);

    private ScrapeEndpoints(MetricsPage metrics) {
        this.metrics = metrics;
        for (PageFormat format : PageFormat.values()) {
            whole.put(format, new SharedPage<>(() -> render(format, NameFilter.ALL)));
        }
    }

    /** {@return how to answer, by path} */
    public static Map<String, Function<HttpServletRequest, Answer>> of(MetricsPage metrics, BotDirectory bots) {
        // Shared, since anybody may ask, and reading the bots keeps scrapes waiting.
        SharedPage<Answer> ready = new SharedPage<>(() -> ready(bots));
        return Map.of(
                "/metrics", new ScrapeEndpoints(metrics)::metrics,
                // Healthy: the process answers. Ready: the run directory can be listed or is still to be made.
                "/-/healthy", request -> Answer.line(200, "healthy"),
                "/-/ready", request -> ready.render());
    }

    private static Answer ready(BotDirectory bots) {
        return bots.read().listable()
                ? Answer.line(200, "ready")
                : Answer.line(503, "the run directory cannot be listed");
    }

    private Answer metrics(HttpServletRequest request) {
        PageFormat format = PageFormat.negotiate(String.join(",", Collections.list(request.getHeaders("Accept"))));
        String[] asked;
        try {
            asked = request.getParameterValues("name[]");
        } catch (RuntimeException e) { // Jetty's own, and not for strangers
            return Answer.line(400, "the query cannot be decoded");
        }
        if (asked == null) {
            return Objects.requireNonNull(whole.get(format)).render();
        }
        NameFilter names;
        try {
            names = NameFilter.of(asked);
        } catch (IllegalArgumentException e) {
            return Answer.line(400, String.valueOf(e.getMessage()));
        }
        if (!byName.tryAcquire()) {
            return Answer.line(HttpStatus.TOO_MANY_REQUESTS_429, "too many pages by name at once");
        }
        try {
            return render(format, names);
        } finally {
            byName.release();
        }
    }

    private Answer render(PageFormat format, NameFilter names) {
        return new Answer(200, format.contentType(), Answer.NEVER_KEPT, metrics.render(format, names));
    }
}
