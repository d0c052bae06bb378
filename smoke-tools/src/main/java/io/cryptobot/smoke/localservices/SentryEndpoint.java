package io.cryptobot.smoke.localservices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Sentry's envelope endpoint for one project and one key. Only an accepted event is answered with 200. */
final class SentryEndpoint implements Endpoint {
    static final String PATH = "/api/";
    static final String PROJECT = "1";
    /** A key of this receiver only; it is public, not a secret. */
    static final String PUBLIC_KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";

    private static final int MAX_COMPRESSED_BYTES = 200 * 1024;
    private static final int MAX_EVENT_BYTES = 1024 * 1024;
    private static final Pattern ENVELOPE_PATH = Pattern.compile("/api/([0-9]{1,20})/envelope/");
    private static final Pattern KEY = Pattern.compile("(?:^|[\\s,&])sentry_key=([^\\s,&]*)");
    private static final Pattern EVENT_ID = Pattern.compile("[0-9a-f]{32}");

    private final Journal journal;
    private final Clock clock;

    SentryEndpoint(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    @Override
    public Answer handle(Request request) {
        Matcher path = ENVELOPE_PATH.matcher(request.path());
        if (!path.matches()) {
            return detail(404, "not found");
        }
        String authentication = request.header("X-Sentry-Auth");
        Matcher key = KEY.matcher(authentication.startsWith("Sentry ") ? authentication : request.query());
        if (!key.find()) {
            return detail(401, "missing authorization information");
        }
        if (!key.group(1).equals(PUBLIC_KEY) || !path.group(1).equals(PROJECT)) {
            return detail(403, "event submission rejected with_reason: ProjectId");
        }
        if (request.body().length > MAX_COMPRESSED_BYTES) {
            return detail(413, "envelope exceeded size limits");
        }
        try {
            byte[] body = decoded(request);
            return body.length > MAX_EVENT_BYTES
                    ? detail(413, "envelope exceeded size limits")
                    : accept(Envelope.parse(body));
        } catch (IOException | IllegalArgumentException e) {
            return detail(400, "invalid envelope: " + e.getMessage());
        }
    }

    @Override
    public Answer fault(int status) {
        Answer answer = detail(status, "HTTP " + status);
        return status == 429 ? answer.withHeader("Retry-After", "1") : answer;
    }

    private Answer accept(Envelope envelope) {
        String id = envelope.header().path("event_id").asText();
        List<ObjectNode> events = new ArrayList<>();
        for (Envelope.Item item : envelope.items()) {
            if (item.type().equals("event")) {
                ObjectNode event = StrictJson.object(item.payload());
                if (event == null) {
                    throw new IllegalArgumentException("the event is not a JSON object");
                }
                if (!EVENT_ID.matcher(id).matches()
                        || !event.path("event_id").asText().equals(id)) {
                    throw new IllegalArgumentException("event_id is missing or differs from the header's");
                }
                if (!event.has("timestamp")
                        || !(event.has("exception") || event.has("logentry") || event.has("message"))) {
                    throw new IllegalArgumentException("the event has no timestamp, or neither exception nor message");
                }
                events.add(event);
            }
        }
        events.forEach(event -> journal.add(new SentryEvent(clock.instant(), id, event)));
        return Answer.json(200, StrictJson.MAPPER.createObjectNode().put("id", id));
    }

    private static byte[] decoded(Request request) throws IOException {
        String encoding = request.header("Content-Encoding");
        if (encoding.isEmpty() || encoding.equals("identity")) {
            return request.body();
        }
        if (!encoding.equals("gzip")) {
            throw new IllegalArgumentException("unsupported content encoding");
        }
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(request.body()))) {
            return gzip.readNBytes(MAX_EVENT_BYTES + 1);
        }
    }

    private static Answer detail(int status, String detail) {
        return Answer.json(status, StrictJson.MAPPER.createObjectNode().put("detail", detail));
    }
}
