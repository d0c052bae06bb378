package io.cryptobot.smoke.localservices;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** An answer over HTTP. */
record Answer(int status, String contentType, String body, Map<String, String> headers) {
    static Answer text(int status, String body) {
        return new Answer(status, "text/html", body, Map.of());
    }

    static Answer json(int status, JsonNode body) {
        return new Answer(status, "application/json", body.toString(), Map.of());
    }

    Answer withHeader(String name, String value) {
        return new Answer(status, contentType, body, Map.of(name, value));
    }
}
