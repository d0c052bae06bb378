package io.cryptobot.smoke.review;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.TextNode;
import io.cryptobot.ops.OpsConfigs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A postmortem with the known facts filled in; the rest is marked as TODO. Immutable.
 *
 * @param alert the alert that paged
 * @param bot the bot that it was about; empty for none
 * @param end when it ended; null if it has not ended
 * @param owner who writes the rest; empty when that is not known
 */
record PostmortemDraft(
        String alert,
        String bot,
        String severity,
        Instant start,
        @Nullable Instant end,
        String owner,
        Instant created) {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd-HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String TEMPLATE = "/ops/postmortems/TEMPLATE.md";

    /** {@return the name of the file without its ending: date, time in UTC and alert} */
    String id() {
        return ID_TIME.format(start) + "-" + alert;
    }

    /** {@return the template as it is shipped} */
    static String template() {
        try (InputStream file = requireNonNull(OpsConfigs.class.getResourceAsStream(TEMPLATE), TEMPLATE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(TEMPLATE + " cannot be read", e);
        }
    }

    /**
     * Writes the draft into a directory, which is created if it is missing.
     *
     * @param impact the counts, as Markdown
     * @param timeline the rows of the timeline
     * @param notes the facts to look up by hand, as Markdown
     * @return the file
     * @throws java.nio.file.FileAlreadyExistsException if the incident has a postmortem, which is not changed
     */
    Path write(Path directory, String impact, String timeline, String notes) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("alert", quoted(alert));
        values.put("bot", quoted(bot));
        values.put("severity", quoted(severity));
        values.put("start", time(start));
        values.put("end", end == null ? quoted("TODO: it lasts") : time(end));
        values.put("owner", quoted(owner.isEmpty() ? "TODO: who writes this" : owner));
        values.put("created", time(created));
        values.put(
                "due", end == null ? quoted("TODO: 24 hours after the end") : time(end.plus(Incident.TIME_TO_WRITE)));
        values.put("id", id());
        values.put("impact", impact);
        values.put("timeline", timeline + notes);
        String text = template();
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("{{" + value.getKey() + "}}", value.getValue());
        }
        Files.createDirectories(directory);
        return Files.writeString(directory.resolve(id() + ".md"), text, StandardOpenOption.CREATE_NEW);
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString(); // a JSON string is a YAML string
    }
}
