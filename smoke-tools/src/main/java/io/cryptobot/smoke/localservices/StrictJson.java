package io.cryptobot.smoke.localservices;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON objects as senders should write them: one object, no key twice, no key that the receiver does not know. */
final class StrictJson {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private StrictJson() {}

    /** {@return the object, null when the bytes are anything else} */
    static @Nullable ObjectNode object(byte[] bytes) {
        try {
            return MAPPER.readTree(bytes) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Adds a line for each key that is not in the set. */
    static void checkKeys(JsonNode object, String where, Set<String> known, List<String> errors) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                errors.add("'" + where + name + "' is not a known field");
            }
        }
    }

    /** Adds a line when the key is there and not a string. */
    static void checkText(JsonNode object, String where, String name, List<String> errors) {
        if (object.has(name) && !object.get(name).isTextual()) {
            errors.add("'" + where + name + "' must be a string");
        }
    }
}
