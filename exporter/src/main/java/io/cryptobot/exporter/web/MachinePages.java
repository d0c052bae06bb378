package io.cryptobot.exporter.web;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.page.MetricsPage;
import io.cryptobot.exporter.page.NameFilter;
import io.cryptobot.exporter.page.PageFormat;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The pages for machines: the metrics, and whether the exporter is healthy and ready. Stateless. */
public final class MachinePages {
    private MachinePages() {}

    /** {@return how to answer, by path} */
    public static Map<String, Function<HttpServletRequest, Answer>> of(MetricsPage metrics, BotDirectory bots) {
        Map<PageFormat, SharedPage<Answer>> whole = new EnumMap<>(PageFormat.class);
        for (PageFormat format : PageFormat.values()) {
            whole.put(format, new SharedPage<>(() -> render(metrics, format, NameFilter.ALL)));
        }
        // Shared, since anybody may ask, and reading the bots keeps scrapes waiting.
        SharedPage<Answer> ready = new SharedPage<>(() -> ready(bots));
        return Map.of(
                "/metrics", request -> metrics(metrics, whole, request),
                // Healthy: the process answers. Ready: the run directory can be listed or is still to be made.
                "/-/healthy", request -> Answer.line(200, "healthy"),
                "/-/ready", request -> ready.render());
    }

    private static Answer ready(BotDirectory bots) {
        return bots.read().listable()
                ? Answer.line(200, "ready")
                : Answer.line(503, "the run directory cannot be listed");
    }

    private static Answer metrics(
            MetricsPage metrics, Map<PageFormat, SharedPage<Answer>> whole, HttpServletRequest request) {
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
        return render(metrics, format, names);
    }

    private static Answer render(MetricsPage metrics, PageFormat format, NameFilter names) {
        return new Answer(200, format.contentType(), Answer.NEVER_KEPT, metrics.render(format, names));
    }
}
