package io.cryptobot.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * A complete response. Immutable.
 *
 * @param status HTTP status
 * @param contentType the content type, for text with the character set UTF-8
 * @param headers further headers; the web configuration overrides them
 * @param body the complete body in UTF-8; it must not be changed
 */
@SuppressWarnings("ArrayRecordComponent") // shared by concurrent requests and never compared
public record WebResponse(int status, String contentType, Map<String, String> headers, byte[] body) {
    /**
     * Headers of a response that must not be cached. They also prevent that a browser treats names and labels of bots
     * as markup.
     */
    static final Map<String, String> NEVER_KEPT =
            Map.of("Cache-Control", "no-store", "X-Content-Type-Options", "nosniff");

    public WebResponse {
        headers = Map.copyOf(headers);
    }

    /** {@return a line of plain text that is not cached} */
    static WebResponse line(int status, String line) {
        return new WebResponse(status, "text/plain; charset=utf-8", NEVER_KEPT, (line + "\n").getBytes(UTF_8));
    }
}
