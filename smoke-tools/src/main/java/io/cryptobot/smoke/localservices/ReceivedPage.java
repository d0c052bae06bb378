package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was received, for people and for scripts. */
final class ReceivedPage {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern NUMBER = Pattern.compile("#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})");
    private static final String STYLE = style();

    private ReceivedPage() {}

    static Answer html(Received received) {
        Html page = new Html();
        page.raw("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"3\">")
                .raw("<title>Local receivers</title><style>" + STYLE + "</style>")
                .raw("<header><h1>Local Slack, PagerDuty and Sentry</h1></header><main>");
        page.raw("<section class=\"slack\"><h2>Slack <small>newest first</small></h2>");
        nothing(page, received.slack());
        newestFirst(received.slack()).forEach(message -> slack(page, message));
        page.raw("</section><section><h2>PagerDuty <small>one incident for each dedup_key</small></h2>");
        nothing(page, received.pagerDuty());
        newestFirst(incidents(received.pagerDuty())).forEach(events -> incident(page, events));
        page.raw("</section><section><h2>Sentry <small>newest first</small></h2>");
        nothing(page, received.sentry());
        newestFirst(received.sentry()).forEach(event -> sentry(page, event));
        page.raw("</section></main></html>");
        return new Answer(
                200,
                "text/html; charset=utf-8",
                page.toString(),
                Map.of("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"));
    }

    private static void nothing(Html page, List<?> entries) {
        if (entries.isEmpty()) {
            page.element("p", "none", "Nothing has arrived.");
        }
    }

    private static void slack(Html page, SlackMessage message) {
        String sender = message.username().isEmpty() ? "incoming-webhook" : message.username();
        page.raw("<article class=\"message\"><div class=\"avatar\">")
                .text(sender.substring(0, sender.offsetByCodePoints(0, 1)).toUpperCase(Locale.ROOT))
                .raw("</div><div><b>")
                .text(sender)
                .raw("</b> <span class=\"app\">APP</span> ")
                .element("span", "time", TIME.format(message.receivedAt()) + "  " + message.channel());
        page.slackText("text", text(message.payload(), "text"));
        message.payload().path("attachments").forEach(attachment -> attachment(page, attachment));
        page.raw("</div></article>");
    }

    private static void attachment(Html page, JsonNode attachment) {
        page.slackText("text", text(attachment, "pretext"));
        page.raw("<div class=\"attachment\" style=\"border-color:" + color(text(attachment, "color")) + "\">");
        page.raw("<div>")
                .link("title", text(attachment, "title_link"), text(attachment, "title"))
                .raw("</div>");
        page.slackText("text", text(attachment, "text"));
        if (!attachment.path("fields").isEmpty()) {
            page.raw("<div class=\"fields\">");
            for (JsonNode field : attachment.path("fields")) {
                page.raw(field.path("short").asBoolean() ? "<div>" : "<div class=\"long\">");
                page.element("b", "", text(field, "title")).slackText("text", text(field, "value"));
                page.raw("</div>");
            }
            page.raw("</div>");
        }
        for (JsonNode action : attachment.path("actions")) {
            page.link("button", text(action, "url"), text(action, "text"));
        }
        page.element("div", "footer", text(attachment, "footer")).raw("</div>");
    }

    /** The colours that Slack's own words stand for. */
    private static String color(String color) {
        return switch (color) {
            case "good" -> "#2eb886";
            case "warning" -> "#daa038";
            case "danger" -> "#a30200";
            default -> {
                Matcher number = NUMBER.matcher(color);
                yield number.matches() ? "#" + number.group(1) : "#ddd";
            }
        };
    }

    /** The events of each incident, the oldest first; the incident that was heard of last stands last. */
    private static List<List<PagerDutyEvent>> incidents(List<PagerDutyEvent> events) {
        Map<String, List<PagerDutyEvent>> incidents = new LinkedHashMap<>();
        for (PagerDutyEvent event : events) {
            List<PagerDutyEvent> earlier = incidents.remove(event.dedupKey());
            List<PagerDutyEvent> incident = new ArrayList<>();
            if (earlier != null && !earlier.get(earlier.size() - 1).action().equals("resolve")) {
                incident.addAll(earlier);
            }
            incident.add(event);
            incidents.put(event.dedupKey(), incident);
        }
        return new ArrayList<>(incidents.values());
    }

    private static void incident(Html page, List<PagerDutyEvent> events) {
        PagerDutyEvent first = events.get(0);
        PagerDutyEvent last = events.get(events.size() - 1);
        String state = switch (last.action()) {
            case "resolve" -> "resolved";
            case "acknowledge" -> "acknowledged";
            default -> "triggered";
        };
        page.raw("<article class=\"incident\">")
                .element("span", "pill " + state, state)
                .element("span", "severity", first.severity())
                .raw("<div class=\"title\">")
                .text(first.summary())
                .raw("</div>");
        JsonNode payload = first.payload().path("payload");
        page.raw("<dl>");
        entry(page, "opened", TIME.format(first.receivedAt()));
        entry(
                page,
                state.equals("resolved") ? "resolved" : "last event",
                events.size() == 1 ? "" : TIME.format(last.receivedAt()));
        for (String name : List.of("source", "component", "group", "class")) {
            entry(page, name, text(payload, name));
        }
        payload.path("custom_details")
                .properties()
                .forEach(detail -> entry(page, detail.getKey(), plain(detail.getValue())));
        entry(page, "dedup_key", last.dedupKey());
        page.raw("</dl>");
        for (JsonNode link : first.payload().path("links")) {
            page.link("button", text(link, "href"), text(link, "text"));
        }
        page.raw("</article>");
    }

    private static void sentry(Html page, SentryEvent event) {
        JsonNode values = event.payload().path("exception").path("values");
        JsonNode thrown = values.path(values.size() - 1);
        page.raw("<article class=\"event\">")
                .element("span", "severity", text(event.payload(), "level"))
                .raw(" ")
                .element("span", "time", TIME.format(event.receivedAt()))
                .element("div", "title", (event.exceptionType() + " " + text(thrown, "value")).strip())
                .element("div", "text", message(event.payload()));
        page.raw("<dl>");
        entry(page, "environment", event.environment());
        entry(page, "release", event.release());
        event.payload().path("tags").properties().forEach(tag -> entry(page, tag.getKey(), plain(tag.getValue())));
        entry(page, "event_id", event.eventId());
        page.raw("</dl></article>");
    }

    private static String message(JsonNode payload) {
        JsonNode entry = payload.has("logentry") ? payload.path("logentry") : payload.path("message");
        return entry.isTextual()
                ? entry.asText()
                : (entry.has("formatted") ? text(entry, "formatted") : text(entry, "message"));
    }

    private static void entry(Html page, String name, String value) {
        if (!value.isEmpty()) {
            page.element("dt", "", name).element("dd", "", value);
        }
    }

    private static String text(JsonNode object, String name) {
        return object.path(name).asText();
    }

    private static String plain(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static String style() {
        try (InputStream file = requireNonNull(ReceivedPage.class.getResourceAsStream("page.css"), "page.css")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Answer json(Received received) {
        ObjectNode document = StrictJson.MAPPER.createObjectNode();
        ArrayNode slack = document.putArray("slack");
        received.slack().forEach(message -> entry(slack, message.receivedAt(), message.payload()));
        ArrayNode pagerDuty = document.putArray("pagerduty");
        received.pagerDuty()
                .forEach(event ->
                        entry(pagerDuty, event.receivedAt(), event.payload()).put("dedup_key", event.dedupKey()));
        ArrayNode sentry = document.putArray("sentry");
        received.sentry()
                .forEach(event ->
                        entry(sentry, event.receivedAt(), event.payload()).put("event_id", event.eventId()));
        return Answer.json(200, document);
    }

    private static ObjectNode entry(ArrayNode list, Instant receivedAt, JsonNode payload) {
        ObjectNode entry = list.addObject().put("received_at", receivedAt.toString());
        entry.set("payload", payload);
        return entry;
    }

    private static <T> List<T> newestFirst(List<T> entries) {
        List<T> reversed = new ArrayList<>(entries);
        Collections.reverse(reversed);
        return reversed;
    }
}
