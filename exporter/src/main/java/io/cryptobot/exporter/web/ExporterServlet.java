package io.cryptobot.exporter.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves all pages by exact path, for GET and HEAD only. A response is complete before it is sent. After a failure the
 * response is only status 500; the cause is logged. Thread-safe.
 */
public final class ExporterServlet extends HttpServlet {
    private static final Logger LOGGER = LoggerFactory.getLogger(ExporterServlet.class);

    private final transient Map<String, Function<HttpServletRequest, WebResponse>> pages;
    private final Duration timeout;

    /**
     * @param pages the pages by path
     * @param timeout the maximum time for a client to read its response
     */
    public ExporterServlet(Map<String, Function<HttpServletRequest, WebResponse>> pages, Duration timeout) {
        this.pages = Map.copyOf(pages);
        this.timeout = timeout;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        WebResponse answered = respond(request);
        response.setStatus(answered.status());
        response.setContentType(answered.contentType());
        response.setContentLength(answered.body().length);
        answered.headers().forEach((name, value) -> {
            if (!response.containsHeader(name)) {
                response.setHeader(name, value);
            }
        });
        if (answered.status() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
            response.setHeader("Allow", "GET, HEAD");
        }
        if (!isHead(request)) {
            ResponseWriter.send(request, answered.body(), timeout);
        }
    }

    private static boolean isHead(HttpServletRequest request) {
        return request.getMethod().equals("HEAD");
    }

    private WebResponse respond(HttpServletRequest request) {
        var page = pages.get(request.getRequestURI());
        if (page == null) {
            return WebResponse.line(404, "not found");
        }
        if (!isHead(request) && !request.getMethod().equals("GET")) {
            return WebResponse.line(405, "method not allowed");
        }
        try {
            return page.apply(request);
        } catch (RuntimeException e) {
            LOGGER.error("{} failed", request.getRequestURI(), e);
            return WebResponse.line(500, "internal error");
        }
    }
}
