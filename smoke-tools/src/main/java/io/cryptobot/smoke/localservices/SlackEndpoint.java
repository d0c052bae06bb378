package io.cryptobot.smoke.localservices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Slack's incoming webhook. It answers with plain text, {@code ok} or {@code invalid_payload}. */
final class SlackEndpoint implements Endpoint {
    static final String PATH = "/services/";
    private static final String TEAM_AND_CHANNEL = PATH + "T00000000/B00000000/";

    /** The one address that is known here. */
    static final String WEBHOOK_PATH = TEAM_AND_CHANNEL + "local";

    private static final int MAX_ATTACHMENTS = 100;
    private static final int MAX_TEXT = 40_000;
    private static final Pattern COLOR = Pattern.compile("good|warning|danger|#?[0-9a-fA-F]{3}|#?[0-9a-fA-F]{6}");
    private static final Set<String> MESSAGE = Set.of(
            "text",
            "blocks",
            "attachments",
            "channel",
            "username",
            "icon_emoji",
            "icon_url",
            "mrkdwn",
            "thread_ts",
            "unfurl_links",
            "unfurl_media",
            "link_names",
            "parse",
            "response_type",
            "replace_original",
            "delete_original",
            "metadata");
    private static final Set<String> ATTACHMENT = Set.of(
            "title",
            "title_link",
            "pretext",
            "text",
            "fallback",
            "callback_id",
            "fields",
            "actions",
            "image_url",
            "thumb_url",
            "footer",
            "footer_icon",
            "color",
            "mrkdwn_in",
            "author_name",
            "author_link",
            "author_icon",
            "ts",
            "blocks");
    private static final Set<String> FIELD = Set.of("title", "value", "short");
    private static final Set<String> ACTION = Set.of("type", "text", "url", "style", "name", "value", "confirm", "id");
    private static final List<String> ATTACHMENT_TEXTS = List.of(
            "title",
            "title_link",
            "pretext",
            "text",
            "fallback",
            "callback_id",
            "image_url",
            "thumb_url",
            "footer",
            "color");

    private final Journal journal;
    private final Clock clock;

    SlackEndpoint(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.path().startsWith(TEAM_AND_CHANNEL)) {
            return Answer.text(404, "no_team");
        }
        if (!request.path().equals(WEBHOOK_PATH)) {
            return Answer.text(403, "invalid_token");
        }
        ObjectNode message = StrictJson.object(request.body());
        if (!request.hasType("application/json")
                || message == null
                || !errors(message).isEmpty()) {
            return Answer.text(400, "invalid_payload");
        }
        if (!message.hasNonNull("blocks")
                && message.path("attachments").isEmpty()
                && message.path("text").asText().isBlank()) {
            return Answer.text(400, "no_text");
        }
        journal.add(new SlackMessage(clock.instant(), message));
        return Answer.text(200, "ok");
    }

    @Override
    public Answer fault(int status) {
        return switch (status) {
            case 429 ->
                new Answer(
                                429,
                                "application/json",
                                "{\"retry_after\":1,\"ok\":false,\"error\":\"rate_limited\"}",
                                Map.of())
                        .withHeader("Retry-After", "1");
            case 400 -> Answer.text(400, "invalid_payload");
            case 403 -> Answer.text(403, "invalid_token");
            case 404 -> Answer.text(404, "no_team");
            case 410 -> Answer.text(410, "channel_is_archived");
            default -> Answer.text(status, status < 500 ? "invalid_payload" : "rollup_error");
        };
    }

    /** Slack itself answers only invalid_payload; the tests read these lines. */
    static List<String> errors(ObjectNode message) {
        List<String> errors = new ArrayList<>();
        StrictJson.checkKeys(message, "", MESSAGE, errors);
        for (String name : List.of("text", "channel", "username", "icon_emoji", "icon_url")) {
            StrictJson.checkText(message, "", name, errors);
        }
        if (message.path("text").asText().length() > MAX_TEXT) {
            errors.add("'text' must have at most " + MAX_TEXT + " characters");
        }
        if (message.has("blocks") && !message.get("blocks").isArray()) {
            errors.add("'blocks' must be an array");
        }
        JsonNode attachments = message.path("attachments");
        if (message.has("attachments") && (!attachments.isArray() || attachments.size() > MAX_ATTACHMENTS)) {
            errors.add("'attachments' must be an array of at most " + MAX_ATTACHMENTS);
        } else {
            attachments.forEach(attachment -> checkAttachment(attachment, errors));
        }
        return errors;
    }

    private static void checkAttachment(JsonNode attachment, List<String> errors) {
        if (!attachment.isObject()) {
            errors.add("'attachments' must hold objects");
            return;
        }
        StrictJson.checkKeys(attachment, "attachments.", ATTACHMENT, errors);
        ATTACHMENT_TEXTS.forEach(name -> StrictJson.checkText(attachment, "attachments.", name, errors));
        String color = attachment.path("color").asText();
        if (!color.isEmpty() && !COLOR.matcher(color).matches()) {
            errors.add("'attachments.color' must be good, warning, danger or a number");
        }
        checkArray(attachment, "fields", FIELD, errors);
        checkArray(attachment, "actions", ACTION, errors);
        for (JsonNode field : attachment.path("fields")) {
            StrictJson.checkText(field, "attachments.fields.", "title", errors);
            StrictJson.checkText(field, "attachments.fields.", "value", errors);
            if (field.has("short") && !field.get("short").isBoolean()) {
                errors.add("'attachments.fields.short' must be true or false");
            }
        }
    }

    private static void checkArray(JsonNode attachment, String name, Set<String> known, List<String> errors) {
        JsonNode array = attachment.path(name);
        if (attachment.has(name) && !array.isArray()) {
            errors.add("'attachments." + name + "' must be an array");
        }
        for (JsonNode element : array) {
            if (!element.isObject()) {
                errors.add("'attachments." + name + "' must hold objects");
            }
            StrictJson.checkKeys(element, "attachments." + name + ".", known, errors);
        }
    }
}
