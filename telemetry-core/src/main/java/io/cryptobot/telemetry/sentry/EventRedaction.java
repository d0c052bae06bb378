package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.Redactor;
import io.sentry.Breadcrumb;
import io.sentry.SentryBaseEvent;
import io.sentry.SentryEvent;
import io.sentry.protocol.Mechanism;
import io.sentry.protocol.Message;
import io.sentry.protocol.SentryException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Redacts every text of an event that the bot's code can put there. The SDK drops an event whose redaction throws, so
 * the worst case is a lost report and not a leaked secret. Stateless.
 */
final class EventRedaction {
    /** Deeper structures are cut, because the bot logs values and no object graphs. */
    private static final int MAX_DEPTH = 8;
    /**
     * Limits long messages, for example an exception with a whole answer of an exchange. Sentry's own limit is smaller.
     */
    private static final int MAX_TEXT_CHARS = 16_384;

    private EventRedaction() {}

    static SentryEvent redact(SentryEvent event) {
        redactMessage(event.getMessage());
        for (SentryException exception : orEmpty(event.getExceptions())) {
            exception.setValue(redacted(exception.getValue()));
            redactMechanism(exception.getMechanism());
        }
        for (Breadcrumb breadcrumb : orEmpty(event.getBreadcrumbs())) {
            breadcrumb.setMessage(redacted(breadcrumb.getMessage()));
            breadcrumb.setCategory(redacted(breadcrumb.getCategory()));
            Map<String, Object> data = map(breadcrumb.getData(), 0);
            breadcrumb.getData().clear();
            breadcrumb.getData().putAll(data);
        }
        event.setTransaction(redacted(event.getTransaction()));
        event.setLogger(redacted(event.getLogger()));
        List<String> fingerprints = event.getFingerprints();
        if (fingerprints != null) {
            event.setFingerprints(
                    fingerprints.stream().map(EventRedaction::redactAndCut).toList());
        }
        redactTags(event);
        redactExtras(event);
        redactLoggingContext(event);
        // always removed: the bot serves no requests and has no users
        event.setRequest(null);
        event.setUser(null);
        return event;
    }

    private static void redactMessage(@Nullable Message message) {
        if (message != null) {
            message.setFormatted(redacted(message.getFormatted()));
            message.setMessage(redacted(message.getMessage()));
            message.setParams(shown(message.getParams(), message.getFormatted()));
        }
    }

    /**
     * Keeps a parameter only if the redacted message contains it. A parameter alone cannot be redacted, because the
     * name before it is missing ({@code "api key: {}"}).
     */
    private static @Nullable List<String> shown(@Nullable List<String> parameters, @Nullable String formatted) {
        if (parameters == null || formatted == null) {
            return null;
        }
        return parameters.stream().allMatch(formatted::contains) ? parameters : null;
    }

    private static void redactMechanism(@Nullable Mechanism mechanism) {
        if (mechanism != null) {
            mechanism.setDescription(redacted(mechanism.getDescription()));
            Map<String, Object> data = mechanism.getData();
            if (data != null) {
                mechanism.setData(map(data, 0));
            }
        }
    }

    private static void redactTags(SentryBaseEvent event) {
        Map<String, String> tags = event.getTags();
        if (tags != null) {
            Map<String, String> redacted = new LinkedHashMap<>();
            tags.forEach((name, text) -> redacted.put(redactAndCut(name), entry(name, text)));
            event.setTags(redacted);
        }
    }

    private static void redactExtras(SentryEvent event) {
        Map<String, Object> extras = event.getExtras();
        if (extras != null) {
            event.setExtras(map(extras, 0));
        }
    }

    /** Only contexts that are not the SDK's own contain text of the bot. */
    private static void redactLoggingContext(SentryEvent event) {
        for (Map.Entry<String, Object> context : List.copyOf(event.getContexts().entrySet())) {
            if (!context.getValue().getClass().getName().startsWith("io.sentry.")) {
                event.getContexts().remove(context.getKey());
                event.getContexts().put(redactAndCut(context.getKey()), value(context.getKey(), context.getValue(), 0));
            }
        }
    }

    private static Map<String, Object> map(Map<?, ?> values, int depth) {
        Map<String, Object> redacted = new LinkedHashMap<>();
        values.forEach((name, value) ->
                redacted.put(redactAndCut(String.valueOf(name)), value(String.valueOf(name), value, depth)));
        return redacted;
    }

    private static Object value(String name, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            return "…";
        }
        if (value instanceof Map<?, ?> nested) {
            return map(nested, depth + 1);
        }
        if (value instanceof Iterable<?> || value instanceof Object[]) {
            return entry(name, value instanceof Object[] array ? Arrays.toString(array) : value + "");
        }
        return value instanceof Number || value instanceof Boolean ? value : entry(name, String.valueOf(value));
    }

    private static @Nullable String redacted(@Nullable String text) {
        return text == null ? null : redactAndCut(text);
    }

    private static String entry(String name, String value) {
        return shortened(Redactor.redactEntry(name, value));
    }

    /** Redacts first and cuts then, because half a secret is not recognised. */
    private static String redactAndCut(String text) {
        return shortened(Redactor.redact(text));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS) + "…";
    }

    private static <T> List<T> orEmpty(@Nullable List<T> values) {
        return values == null ? List.of() : values;
    }
}
