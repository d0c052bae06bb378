package io.cryptobot.smoke.localservices;

import java.util.Map;
import java.util.TreeMap;

/** A request with its whole body; header names in any case. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(String method, String path, String query, Map<String, String> headers, byte[] body) {
    Request {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        headers = anyCase;
    }

    /** {@return the header's value, empty when absent} */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** {@return whether the body is declared to be of this type, with any parameters} */
    boolean hasType(String type) {
        return header("Content-Type").split(";", -1)[0].strip().equalsIgnoreCase(type);
    }
}
