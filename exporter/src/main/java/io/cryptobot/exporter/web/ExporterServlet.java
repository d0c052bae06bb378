package io.cryptobot.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.page.MetricsPage;
import io.cryptobot.exporter.page.NameFilter;
import io.cryptobot.exporter.page.PageFormat;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages for machines, by exact path. GET and HEAD only. An answer is made whole before it is sent,
 * and one that fails says so without a word about the cause, which goes to the log. Thread-safe.
 */
public final class ExporterServlet extends HttpServlet {
    private static final Logger LOGGER = LoggerFactory.getLogger(ExporterServlet.class);

    private final transient Map<String, Function<HttpServletRequest, Response>> pages;

    public ExporterServlet(MetricsPage metrics, BotDirectory bots) {
        Map<PageFormat, SharedPage> shared = new EnumMap<>(PageFormat.class);
        for (PageFormat format : PageFormat.values()) {
            shared.put(format, new SharedPage(() -> metrics.render(format, NameFilter.ALL)));
        }
        this.pages = Map.of(
                "/metrics", request -> metrics(metrics, shared, request),
                // Healthy: the process answers. Ready: the run directory can be listed or is still to be made.
                "/-/healthy", request -> Response.text(200, "healthy"),
                "/-/ready",
                        request -> bots.isListable()
                                ? Response.text(200, "ready")
                                : Response.text(503, "the run directory cannot be listed"));
    }

    private static Response metrics(MetricsPage page, Map<PageFormat, SharedPage> shared, HttpServletRequest request) {
        String[] asked;
        try {
            asked = request.getParameterValues("name[]");
        } catch (RuntimeException e) { // Jetty's own, and not for strangers
            return Response.text(400, "the query cannot be decoded");
        }
        PageFormat format = PageFormat.negotiate(String.join(",", Collections.list(request.getHeaders("Accept"))));
        if (asked == null) {
            return new Response(
                    200,
                    format.contentType(),
                    Objects.requireNonNull(shared.get(format)).render());
        }
        NameFilter names;
        try {
            names = NameFilter.of(asked);
        } catch (IllegalArgumentException e) {
            return Response.text(400, String.valueOf(e.getMessage()));
        }
        return new Response(
                200, format.contentType(), page.render(format, names).getBytes(UTF_8));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean head = request.getMethod().equals("HEAD");
        Response page = respond(request, head);
        byte[] body = page.body();
        response.setStatus(page.status());
        response.setContentType(page.contentType());
        response.setContentLength(body.length);
        if (page.status() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
            response.setHeader("Allow", "GET, HEAD");
        }
        if (!head) {
            PageWriter.send(request, body);
        }
    }

    private Response respond(HttpServletRequest request, boolean head) {
        var page = pages.get(request.getRequestURI());
        if (page == null) {
            return Response.text(404, "not found");
        }
        if (!head && !request.getMethod().equals("GET")) {
            return Response.text(405, "method not allowed");
        }
        try {
            return page.apply(request);
        } catch (RuntimeException e) {
            LOGGER.error("{} failed", request.getRequestURI(), e);
            return Response.text(500, "internal error");
        }
    }
}
