package io.cryptobot.smoke.localservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message of Sentry's clients: a line with a JSON header, then for each item a line with a JSON header and its payload. The
 * payload is as long as the header's {@code length} says, or reaches to the end of its line. Immutable.
 */
record Envelope(ObjectNode header, List<Item> items) {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Item(String type, byte[] payload) {}

    Envelope {
        items = List.copyOf(items);
    }

    /**
     * {@return the envelope in these bytes}
     *
     * @throws IllegalArgumentException if they are not an envelope
     */
    static Envelope parse(byte[] bytes) {
        int end = endOfLine(bytes, 0);
        ObjectNode header = header(bytes, 0, end);
        List<Item> items = new ArrayList<>();
        int position = end + 1;
        while (position < bytes.length) {
            end = endOfLine(bytes, position);
            ObjectNode itemHeader = header(bytes, position, end);
            if (!itemHeader.path("type").isTextual()) {
                throw new IllegalArgumentException("item header without a type");
            }
            int start = Math.min(end + 1, bytes.length);
            int payloadEnd = payloadEnd(itemHeader.path("length"), bytes, start);
            items.add(new Item(itemHeader.path("type").asText(), Arrays.copyOfRange(bytes, start, payloadEnd)));
            position = payloadEnd + 1;
        }
        return new Envelope(header, items);
    }

    private static int payloadEnd(JsonNode length, byte[] bytes, int start) {
        if (length.isMissingNode()) {
            return endOfLine(bytes, start);
        }
        if (!length.isInt() || length.asInt() < 0 || length.asInt() > bytes.length - start) {
            throw new IllegalArgumentException("item length does not fit the envelope");
        }
        int end = start + length.asInt();
        if (end < bytes.length && bytes[end] != '\n') {
            throw new IllegalArgumentException("no line break behind an item of the stated length");
        }
        return end;
    }

    private static ObjectNode header(byte[] bytes, int start, int end) {
        ObjectNode header = StrictJson.object(Arrays.copyOfRange(bytes, start, end));
        if (header == null) {
            throw new IllegalArgumentException("a header line is not a JSON object");
        }
        return header;
    }

    private static int endOfLine(byte[] bytes, int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }
}
