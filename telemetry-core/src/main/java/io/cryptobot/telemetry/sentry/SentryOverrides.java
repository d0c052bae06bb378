package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.Redactor;
import io.sentry.vendor.gson.stream.JsonReader;
import io.sentry.vendor.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entry {@code sentry} of {@code config/runtime_overrides.json}. Reads JSON with the reader inside the Sentry SDK,
 * so that the bot needs no JSON library for three strings. Immutable.
 */
record SentryOverrides(boolean enabled, Map<?, ?> values) {
    private static final long MAX_SIZE_BYTES = 1_000_000;

    private static final int MAX_DEPTH = 32;

    private static final Pattern PLACE = Pattern.compile("line \\d+ column \\d+");

    private static final SentryOverrides ABSENT = new SentryOverrides(true, Map.of());

    /**
     * {@return the entry; empty if there is no file or no entry}
     *
     * @throws MalformedOverridesException with one line that contains no value of the file
     */
    static SentryOverrides read(Path file) throws MalformedOverridesException {
        Object document = document(file);
        if (document == null) {
            return ABSENT;
        }
        if (!(document instanceof Map<?, ?> overrides)) {
            throw new MalformedOverridesException(file, "is not a JSON object");
        }
        Object entry = overrides.get("sentry");
        if (entry == null) {
            return ABSENT;
        }
        if (!(entry instanceof Map<?, ?> values)) {
            throw new MalformedOverridesException(file, "entry sentry is not a JSON object");
        }
        Object enabled = values.get("enabled");
        if (enabled != null && !(enabled instanceof Boolean)) {
            throw new MalformedOverridesException(file, "entry sentry.enabled is not true or false");
        }
        for (String name : new String[] {"dsn", "environment", "release"}) {
            if (values.get(name) != null && !(values.get(name) instanceof String)) {
                throw new MalformedOverridesException(file, "entry sentry." + name + " is not a string");
            }
        }
        return new SentryOverrides(!Boolean.FALSE.equals(enabled), values);
    }

    /** {@return the text with this name; empty if it is missing} */
    String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    private static @Nullable Object document(Path file) throws MalformedOverridesException {
        try {
            if (Files.size(file) > MAX_SIZE_BYTES) {
                throw new MalformedOverridesException(file, "is larger than " + MAX_SIZE_BYTES + " bytes");
            }
            try (JsonReader json = new JsonReader(Files.newBufferedReader(file))) {
                Object document = value(json, 0);
                if (document == null || json.peek() != JsonToken.END_DOCUMENT) {
                    throw new MalformedOverridesException(file, "is not one JSON object");
                }
                return document;
            }
        } catch (NoSuchFileException e) {
            return null;
        } catch (DuplicateNameException e) {
            throw new MalformedOverridesException(file, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            throw new MalformedOverridesException(file, "cannot be read as JSON" + place(e));
        }
    }

    /** Reads one JSON value. Unlike the method of the SDK it detects duplicate names. */
    private static @Nullable Object value(JsonReader json, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("nested too deep");
        }
        switch (json.peek()) {
            case BEGIN_OBJECT -> {
                Map<String, @Nullable Object> members = new HashMap<>();
                json.beginObject();
                while (json.hasNext()) {
                    String name = json.nextName();
                    if (members.containsKey(name)) {
                        throw new DuplicateNameException(
                                name.length() > 40 ? "a long name" : "the name " + Redactor.redact(name));
                    }
                    members.put(name, value(json, depth + 1));
                }
                json.endObject();
                return members;
            }
            case BEGIN_ARRAY -> {
                json.beginArray();
                while (json.hasNext()) {
                    var unused = value(json, depth + 1);
                }
                json.endArray();
                return List.of(); // lists are not supported
            }
            case BOOLEAN -> {
                return json.nextBoolean();
            }
            case NUMBER -> {
                return json.nextDouble();
            }
            case NULL -> {
                json.nextNull();
                return null;
            }
            default -> {
                return json.nextString();
            }
        }
    }

    private static final class DuplicateNameException extends IOException {
        DuplicateNameException(String name) {
            super("has " + name + " twice in one object");
        }
    }

    /** {@return the position of the error} Not the whole message, because a parser may quote the file's content. */
    private static String place(Exception e) {
        Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
        return place.find() ? ", " + place.group() : " (" + e.getClass().getSimpleName() + ")";
    }

    /** The file exists but is not valid. */
    static final class MalformedOverridesException extends Exception {
        MalformedOverridesException(Path file, String problem) {
            super(file + " " + problem);
        }
    }
}
