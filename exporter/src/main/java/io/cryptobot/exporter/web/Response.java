package io.cryptobot.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A complete answer. Immutable.
 *
 * @param status HTTP status
 * @param contentType with the character set, which is always UTF-8
 * @param body all of it, in UTF-8; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // shared by all who ask at once, and never compared
record Response(int status, String contentType, byte[] body) {
    static Response text(int status, String line) {
        return new Response(status, "text/plain; charset=utf-8", (line + "\n").getBytes(UTF_8));
    }
}
