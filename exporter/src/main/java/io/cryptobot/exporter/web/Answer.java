package io.cryptobot.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * A complete answer. Immutable.
 *
 * @param status HTTP status
 * @param contentType with the character set, where the type has one; it is always UTF-8
 * @param headers more headers; those of the web configuration win
 * @param body all of it, in UTF-8; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // shared by all who ask at once, and never compared
public record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
    /** Headers of what is of this moment only. What bots call themselves and their labels is no markup either. */
    static final Map<String, String> NEVER_KEPT =
            Map.of("Cache-Control", "no-store", "X-Content-Type-Options", "nosniff");

    public Answer {
        headers = Map.copyOf(headers);
    }

    /** {@return a line of text, which nobody keeps} */
    static Answer line(int status, String line) {
        return new Answer(status, "text/plain; charset=utf-8", NEVER_KEPT, (line + "\n").getBytes(UTF_8));
    }
}
