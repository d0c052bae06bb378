package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cryptobot.exporter.status.Status.Forgotten;
import io.cryptobot.exporter.status.Status.Unreadable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Renders the status as HTML and as JSON. The HTML is complete without a script; the script of the page uses the JSON
 * for updates. Thread-safe.
 */
final class StatusPage {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String OWN = "/io/cryptobot/exporter/status/";
    private static final String STYLE_SHEET = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    /** Up to this number of bots all cards are open; otherwise only the cards of bots with problems. */
    private static final int MOST_OPEN = 3;

    private final StaticFile chartStyle = StaticFile.of(UPLOT + "uPlot.min.css", STYLE_SHEET);
    private final StaticFile style = StaticFile.of(OWN + "status.css", STYLE_SHEET);
    private final StaticFile chartScript = StaticFile.of(UPLOT + "uPlot.iife.min.js", SCRIPT);
    private final StaticFile script = StaticFile.of(OWN + "status.js", SCRIPT);
    private final Template page = Template.of("page.html");
    private final Template bot = Template.of("bot.html");
    /**
     * Digest of all files of the page. It covers the static files too, because their paths contain digests of their
     * content.
     */
    private final String edition = StaticFile.digest(page.blank()
            + bot.blank()
            + staticFiles().stream().map(StaticFile::path).collect(Collectors.joining()));

    private final ObjectMapper mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final String version;
    private final String runbooks;

    /**
     * @param version the version of the exporter
     * @param runbooks the address of the runbooks with a slash at the end; may be empty
     */
    StatusPage(String version, String runbooks) {
        this.version = version;
        this.runbooks = runbooks;
    }

    /** {@return the static files of the page} */
    List<StaticFile> staticFiles() {
        return List.of(chartStyle, style, chartScript, script);
    }

    /**
     * The content of {@code /status.json}.
     *
     * @param version the version of the exporter
     * @param page the edition of the page; a change shows the script that the page must be reloaded
     */
    private record Document(
            String version, String page, @JsonUnwrapped Status status) {}

    String json(Status status) {
        try {
            return mapper.writeValueAsString(new Document(version, edition, status));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of texts and numbers cannot be written", e);
        }
    }

    String html(Status status) {
        Map<String, String> values = new HashMap<>();
        values.put("title", status.title());
        values.put("summary", status.summary());
        values.put("severity", status.severity().label());
        values.put("time", StatusText.time(status.watch().time()));
        values.put("uptime", status.uptime());
        values.put("version", version);
        values.put("edition", edition);
        values.put("chart_style", chartStyle.path());
        values.put("style", style.path());
        values.put("chart_script", chartScript.path());
        values.put("script", script.path());
        values.put("runbooks", runbooks);
        values.put("no_runbooks", runbooks.isEmpty() ? "ops/runbooks/ of ops-configs" : "");
        values.put("no_bots", status.noBots());
        values.put("unreadable", status.unreadableFiles().isEmpty() ? "" : "some");
        values.put(
                "unreadable_files",
                items(status.unreadableFiles(), file -> file.bot() + ".counters", Unreadable::text));
        values.put("more_unreadable", status.moreUnreadable());
        values.put("forgotten", status.forgottenBots().isEmpty() ? "" : "some");
        values.put("forgotten_bots", items(status.forgottenBots(), Forgotten::bot, Forgotten::text));
        values.put(
                "bots",
                status.bots().stream()
                        .map(one -> card(one, status.bots().size()))
                        .collect(Collectors.joining()));
        // the script makes the cards of new bots from this template
        values.put("blank_bot", bot.blank());
        return page.fill(values);
    }

    private String card(BotStatus status, int shownBots) {
        boolean open = shownBots <= MOST_OPEN || status.severity().compareTo(Severity.WARNING) <= 0;
        Map<String, String> values = new HashMap<>(status.text());
        values.put("severity", status.severity().label());
        values.put("life", status.facts().state().label());
        values.put("trading", status.facts().mode().label());
        values.put("open", open ? " open" : "");
        values.put(
                "kinds",
                status.problems().stream()
                        .map(problem -> problem.kind().label())
                        .collect(Collectors.joining(" ")));
        values.put("problems", status.problems().stream().map(this::item).collect(Collectors.joining()));
        return bot.fill(values);
    }

    private String item(Problem problem) {
        return "<li data-severity=\"" + problem.severity().label() + "\">" + Template.escape(problem.text())
                + runbook(problem) + "</li>\n";
    }

    private String runbook(Problem problem) {
        String name = problem.runbook();
        if (name == null) {
            return "";
        }
        String file = Template.escape(name) + ".md";
        return runbooks.isEmpty()
                ? " <span class=\"runbook\">Runbook: " + file + "</span>"
                : " <a class=\"runbook\" href=\"" + Template.escape(runbooks) + file + "\">Runbook</a>";
    }

    private static <T> String items(List<T> things, Function<T, String> name, Function<T, String> text) {
        return things.stream()
                .map(thing -> "<li><b>" + Template.escape(name.apply(thing)) + "</b> "
                        + Template.escape(text.apply(thing)) + "</li>\n")
                .collect(Collectors.joining());
    }
}
