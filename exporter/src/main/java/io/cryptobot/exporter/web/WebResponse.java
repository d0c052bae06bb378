package io.cryptobot.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * A complete response. Immutable.
 *
 * @param status HTTP status
 * @param contentType with the character set, where the type has one; it is always UTF-8
 * @param headers more headers; those of the web configuration win
 * @param body all of it, in UTF-8; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // shared by concurrent requests, and never compared
public record WebResponse(int status, String contentType, Map<String, String> headers, byte[] body) {
    /** Headers of a response that must not be cached. The browser must not read names and labels of bots as markup. */
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
