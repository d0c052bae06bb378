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
 * All pages, by exact path. GET and HEAD only. An answer is made whole before it is sent, and one that fails says so
 * without a word about the cause, which goes to the log. Thread-safe.
 */
public final class ExporterServlet extends HttpServlet {
    private static final Logger LOGGER = LoggerFactory.getLogger(ExporterServlet.class);

    private final transient Map<String, Function<HttpServletRequest, Answer>> pages;
    private final Duration timeout;

    /**
     * @param pages how to answer, by path
     * @param timeout how long a client may take to take its answer
     */
    public ExporterServlet(Map<String, Function<HttpServletRequest, Answer>> pages, Duration timeout) {
        this.pages = Map.copyOf(pages);
        this.timeout = timeout;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean head = request.getMethod().equals("HEAD");
        Answer answer = answer(request, head);
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        response.setContentLength(answer.body().length);
        answer.headers().forEach((name, value) -> {
            if (!response.containsHeader(name)) {
                response.setHeader(name, value);
            }
        });
        if (answer.status() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
            response.setHeader("Allow", "GET, HEAD");
        }
        if (!head) {
            PageWriter.send(request, answer.body(), timeout);
        }
    }

    private Answer answer(HttpServletRequest request, boolean head) {
        var page = pages.get(request.getRequestURI());
        if (page == null) {
            return Answer.line(404, "not found");
        }
        if (!head && !request.getMethod().equals("GET")) {
            return Answer.line(405, "method not allowed");
        }
        try {
            return page.apply(request);
        } catch (RuntimeException e) {
            LOGGER.error("{} failed", request.getRequestURI(), e);
            return Answer.line(500, "internal error");
        }
    }
}
