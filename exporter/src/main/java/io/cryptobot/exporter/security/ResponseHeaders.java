package io.cryptobot.exporter.security;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The headers that a web configuration may add to responses: only the headers that the toolkit allows. Stateless. */
final class ResponseHeaders {
    /** The allowed values by header name; an empty list allows any value. */
    private static final Map<String, List<String>> KNOWN = Map.of(
            "Content-Security-Policy", List.of(),
            "Strict-Transport-Security", List.of(),
            "X-Content-Type-Options", List.of("nosniff"),
            "X-Frame-Options", List.of("deny", "sameorigin"),
            "X-XSS-Protection", List.of());

    private ResponseHeaders() {}

    /** {@return the headers to add; blank headers are left out} */
    static Map<String, String> of(Path file, Map<String, String> configured) throws WebConfigException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : configured.entrySet()) {
            String key = "http_server_config.headers." + header.getKey();
            List<String> values = KNOWN.get(header.getKey());
            String value = header.getValue();
            if (values == null) {
                throw new WebConfigException(
                        file,
                        key + " cannot be set, only "
                                + String.join(
                                        ", ", KNOWN.keySet().stream().sorted().toList()));
            }
            if (value == null || value.isBlank()) {
                continue;
            }
            if (!values.isEmpty() && !values.contains(value)) {
                throw new WebConfigException(file, key + " must be " + String.join(" or ", values) + ", was " + value);
            }
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new WebConfigException(file, key + " must be one line");
            }
            headers.put(header.getKey(), value);
        }
        return Map.copyOf(headers);
    }
}
