package io.cryptobot.exporter.web;

/**
 * A complete answer. Immutable.
 *
 * @param status HTTP status
 * @param contentType with the character set, which is always UTF-8
 * @param body all of it
 */
record Response(int status, String contentType, String body) {
    static Response text(int status, String line) {
        return new Response(status, "text/plain; charset=utf-8", line + "\n");
    }
}
