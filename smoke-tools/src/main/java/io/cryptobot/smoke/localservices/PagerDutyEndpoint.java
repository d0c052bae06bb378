package io.cryptobot.smoke.localservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** PagerDuty's Events API v2. */
final class PagerDutyEndpoint implements Endpoint {
    static final String PATH = "/v2/enqueue";

    private static final int MAX_BODY_BYTES = 512 * 1024;
    private static final int MAX_SUMMARY = 1024;
    private static final int MAX_DEDUP_KEY = 255;
    private static final Pattern ROUTING_KEY = Pattern.compile("[0-9A-Za-z]{32}");
    private static final Set<String> ACTIONS = Set.of("trigger", "acknowledge", "resolve");
    private static final Set<String> SEVERITIES = Set.of("critical", "error", "warning", "info");
    private static final Set<String> EVENT =
            Set.of("routing_key", "event_action", "dedup_key", "payload", "images", "links", "client", "client_url");
    private static final Set<String> PAYLOAD =
            Set.of("summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details");

    private static final Set<String> LINK = Set.of("href", "text");
    private static final Set<String> IMAGE = Set.of("src", "href", "alt");

    private final Journal journal;
    private final Clock clock;

    PagerDutyEndpoint(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.path().equals(PATH)) {
            return fault(404);
        }
        if (request.body().length > MAX_BODY_BYTES) {
            return fault(413);
        }
        ObjectNode event = StrictJson.object(request.body());
        if (event == null || !request.hasType("application/json")) {
            return invalid(List.of("the body must be a JSON object with content type application/json"));
        }
        List<String> errors = errors(event);
        if (!errors.isEmpty()) {
            return invalid(errors);
        }
        String dedupKey = event.path("dedup_key").asText();
        if (dedupKey.isEmpty()) {
            dedupKey = UUID.randomUUID().toString().replace("-", "");
        }
        event.remove("routing_key");
        journal.add(new PagerDutyEvent(clock.instant(), dedupKey, event));
        return Answer.json(
                202,
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("status", "success")
                        .put("message", "Event processed")
                        .put("dedup_key", dedupKey));
    }

    @Override
    public Answer fault(int status) {
        Answer answer = Answer.json(
                status,
                StrictJson.MAPPER.createObjectNode().put("status", "error").put("message", "HTTP " + status));
        return status == 429 ? answer.withHeader("Retry-After", "1") : answer;
    }

    private static Answer invalid(List<String> errors) {
        ObjectNode body = StrictJson.MAPPER
                .createObjectNode()
                .put("status", "invalid event")
                .put("message", "Event object is invalid");
        errors.forEach(body.putArray("errors")::add);
        return Answer.json(400, body);
    }

    private static List<String> errors(ObjectNode event) {
        List<String> errors = new ArrayList<>();
        StrictJson.checkKeys(event, "", EVENT, errors);
        List.of("routing_key", "event_action", "dedup_key", "client", "client_url")
                .forEach(name -> StrictJson.checkText(event, "", name, errors));
        if (!ROUTING_KEY.matcher(event.path("routing_key").asText()).matches()) {
            errors.add("'routing_key' must be 32 letters and digits");
        }
        String action = event.path("event_action").asText();
        if (!ACTIONS.contains(action)) {
            errors.add("'event_action' must be one of trigger, acknowledge, resolve");
        }
        String dedupKey = event.path("dedup_key").asText();
        if (dedupKey.length() > MAX_DEDUP_KEY) {
            errors.add("'dedup_key' must have at most " + MAX_DEDUP_KEY + " characters");
        }
        if (dedupKey.isEmpty() && !action.equals("trigger")) {
            errors.add("'dedup_key' is missing");
        }
        checkArray(event, "links", LINK, "href", errors);
        checkArray(event, "images", IMAGE, "src", errors);
        if (event.has("payload") || action.equals("trigger")) {
            checkPayload(event.path("payload"), errors);
        }
        return errors;
    }

    private static void checkPayload(JsonNode payload, List<String> errors) {
        StrictJson.checkKeys(payload, "payload.", PAYLOAD, errors);
        List.of("summary", "source", "severity", "timestamp", "component", "group", "class")
                .forEach(name -> StrictJson.checkText(payload, "payload.", name, errors));
        String summary = payload.path("summary").asText();
        if (summary.isBlank() || summary.length() > MAX_SUMMARY) {
            errors.add("'payload.summary' must have 1 to " + MAX_SUMMARY + " characters");
        }
        if (payload.path("source").asText().isBlank()) {
            errors.add("'payload.source' is missing or blank");
        }
        if (payload.has("custom_details") && !payload.get("custom_details").isObject()) {
            errors.add("'payload.custom_details' must be an object");
        }
        if (!SEVERITIES.contains(payload.path("severity").asText())) {
            errors.add("'payload.severity' must be one of critical, error, warning, info");
        }
    }

    private static void checkArray(
            JsonNode event, String name, Set<String> known, String required, List<String> errors) {
        if (event.has(name) && !event.get(name).isArray()) {
            errors.add("'" + name + "' must be an array");
            return;
        }
        for (JsonNode element : event.path(name)) {
            StrictJson.checkKeys(element, name + ".", known, errors);
            known.forEach(text -> StrictJson.checkText(element, name + ".", text, errors));
            if (element.path(required).asText().isBlank()) {
                errors.add("'" + name + "." + required + "' is missing or blank");
            }
        }
    }
}
