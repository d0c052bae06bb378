package io.cryptobot.telemetry.sentry;

import io.sentry.JsonObjectReader;
import io.sentry.vendor.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entry {@code sentry} of {@code config/runtime_overrides.json}. Reads JSON with the reader inside the Sentry SDK, so
 * that the bot needs no JSON library for three strings. Immutable.
 */
record SentryOverrides(boolean enabled, Map<?, ?> values) {
    private static final long MAX_SIZE_BYTES = 1_000_000;

    private static final Pattern PLACE = Pattern.compile("line \\d+ column \\d+");

    private static final SentryOverrides ABSENT = new SentryOverrides(true, Map.of());

    /**
     * {@return the entry; empty when there is no file or no entry}
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

    /** {@return the text under this name, empty when absent} */
    String text(String name) {
        return values.get(name) instanceof String text ? text : "";
    }

    private static @Nullable Object document(Path file) throws MalformedOverridesException {
        try {
            if (Files.size(file) > MAX_SIZE_BYTES) {
                throw new MalformedOverridesException(file, "is larger than " + MAX_SIZE_BYTES + " bytes");
            }
            try (JsonObjectReader json = new JsonObjectReader(Files.newBufferedReader(file))) {
                Object document = json.nextObjectOrNull();
                if (document == null || json.peek() != JsonToken.END_DOCUMENT) {
                    throw new MalformedOverridesException(file, "is not one JSON object");
                }
                return document;
            }
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | RuntimeException e) {
            throw new MalformedOverridesException(file, "cannot be read as JSON" + place(e));
        }
    }

    /** Not the message itself: a parser may quote what it read. */
    private static String place(Exception e) {
        Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
        return place.find() ? ", " + place.group() : " (" + e.getClass().getSimpleName() + ")";
    }

    /** The file exists and cannot be understood. */
    static final class MalformedOverridesException extends Exception {
        MalformedOverridesException(Path file, String problem) {
            super(file + " " + problem);
        }
    }
}
