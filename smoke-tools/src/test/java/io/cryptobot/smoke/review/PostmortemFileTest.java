package io.cryptobot.smoke.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostmortemFileTest {
    private static final String NAME = "2026-11-25-1552-CryptobotDown";
    private static final String FINISHED = """
            ---
            id: 2026-11-25-1552-CryptobotDown
            alert: "CryptobotDown"
            bot: "b"
            severity: "critical"
            start: 2026-11-25T15:52:03Z
            end: 2026-11-25T16:10:11Z
            owner: "Jan Example"
            created: 2026-11-25T17:00:00Z
            due: 2026-11-26T16:10:11Z
            status: draft
            ---

            # The bot was killed

            ## Summary

            The kernel killed it.

            ## Impact

            None.

            ## Timeline

            | time (UTC) | event | source |
            |---|---|---|
            | 2026-11-25T15:52:03Z | CryptobotDown fires | Prometheus |

            ## Contributing factors

            Too little memory.

            ## Actions

            | action | owner | due |
            |---|---|---|
            | more memory | Jan | 2026-12-01 |
            """;

    @TempDir
    Path directory;

    @Test
    void letsAFinishedOnePass() throws IOException {
        assertThat(problems(FINISHED)).isEmpty();
        assertThat(problems(FINISHED.replace("bot: \"b\"\n", "").replace("draft", "closed")))
                .isEmpty();
        assertThat(problems(FINISHED.replace("\n", "\r\n"))).isEmpty();
    }

    /** Each changes one place of a finished one; the one line names the place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The kernel killed it. | TODO: why          | 18: template text is left: TODO: why",
                "The kernel killed it. | three sentences: what broke, how it was noticed, what ended it. | 18: template text is left: three sentences: what broke, how it was noticed, what ended …",
                "The kernel killed it. | {{impact}}         | 18: template text is left: {{impact}}",
                "The kernel killed it. | ''                 | 16: the section 'Summary' is empty",
                "## Summary            | ## Overview        | 38: the section 'Summary' is missing",
                "## Actions            | ## Next            | 38: the section 'Actions' is missing",
                "status: draft         | status: done       | 11: expected draft, reviewed or closed, was 'done'",
                "status: draft         | state: draft       | 11: unknown key 'state'; known are alert, bot, created, due, end, id, owner, severity, start, status",
                "owner: \"Jan Example\"| owner: ''          | 8: owner is empty",
                "owner: \"Jan Example\"| owner: \"TODO: who writes this\" | 8: template text is left: owner: \"TODO: who writes this\"",
                "owner: \"Jan Example\"| bot: c             | 8: Duplicate field 'bot'",
                "owner: \"Jan Example\"| owner: [           | 10: while parsing a flow sequence",
                "start: 2026-11-25T15:52:03Z | start: yesterday     | 6: expected a moment such as 2026-11-25T15:52:03Z, was 'yesterday'",
                "start: 2026-11-25T15:52:03Z | start: {{start}}     | 6: template text is left: start: {{start}}",
                "end: 2026-11-25T16:10:11Z | end: 2026-11-25T15:52:02Z | 7: the end is before the start",
                "due: 2026-11-26T16:10:11Z | due: 2026-11-27T16:10:11Z | 10: it is due 24 hours after the end, at 2026-11-26T16:10:11Z",
                "created: 2026-11-25T17:00:00Z | created: 2026-11-26T16:10:12Z | 9: late: begun at 2026-11-26T16:10:12Z, was due at 2026-11-26T16:10:11Z",
                "id: 2026-11-25-1552-CryptobotDown | id: other | 2: the id must be the name of the file, 2026-11-25-1552-CryptobotDown.md without .md",
            })
    void namesThePlace(String part, String instead, String problem) throws IOException {
        assertThat(FINISHED).contains(part.strip());
        assertThat(problems(FINISHED.replace(part.strip(), instead.strip())))
                .singleElement()
                .asString()
                .startsWith(directory.resolve(NAME + ".md") + ":" + problem);
    }

    @Test
    void wantsRowsInATable() throws IOException {
        assertThat(problems(FINISHED.replaceAll("(?m)^\\| (2026|more).*\\n", "")))
                .extracting(problem -> problem.replaceAll(".*md:", ""))
                .containsExactly("24: the section 'Timeline' is empty", "33: the section 'Actions' is empty");
    }

    @Test
    void refusesWhatHasNoFrontMatter() throws IOException {
        for (String text : List.of("", "# A postmortem\n", "---\nid: a\n")) {
            assertThat(problems(text))
                    .first()
                    .asString()
                    .endsWith(".md:1: expected front matter between two lines ---");
        }
    }

    /** Every line of the template that a person has to fill in, one after another, left as it is. */
    @Test
    void findsEveryLineThatTheDraftLeavesToDo() throws IOException {
        new PostmortemDraft(
                        "CryptobotDown",
                        "b",
                        "critical",
                        Instant.parse("2026-11-25T15:52:03Z"),
                        Instant.parse("2026-11-25T16:10:11Z"),
                        "Jan",
                        Instant.parse("2026-11-25T17:00:00Z"))
                .write(directory, "", "| 2026-11-25T15:52:03Z | it fires | Prometheus |", "");
        String draft = Files.readString(directory.resolve(NAME + ".md"));
        long left = draft.lines().filter(line -> line.contains("TODO")).count();

        assertThat(left).isGreaterThanOrEqualTo(6);
        assertThat(draft).doesNotContain("{{");
        assertThat(problems(draft)).hasSize((int) left).allMatch(problem -> problem.contains("template text is left"));
        assertThat(problems(draft.replace("TODO: ", "")))
                .as("only the word taken out")
                .hasSize((int) left);
        assertThat(problems(draft.replaceAll("TODO:[^|\\n]*", "It was so."))).isEmpty();
        assertThat(problems(PostmortemDraft.template())).hasSizeGreaterThan((int) left);
    }

    @Test
    void isAboutTheIncidentsOfItsTimeAndBot() throws IOException {
        PostmortemFile file = read(FINISHED);

        assertThat(file.covers(incident("b", "2026-11-25T15:00:00Z", "2026-11-25T15:52:02Z")))
                .isTrue();
        assertThat(file.covers(incident("b", "2026-11-25T16:10:12Z", "2026-11-25T17:00:00Z")))
                .isTrue();
        assertThat(file.covers(incident("", "2026-11-25T16:00:00Z", "2026-11-25T17:00:00Z")))
                .isTrue();
        assertThat(file.covers(incident("b", "2026-11-25T16:10:13Z", "2026-11-25T17:00:00Z")))
                .isFalse();
        assertThat(file.covers(incident("b", "2026-11-25T15:00:00Z", "2026-11-25T15:52:01Z")))
                .isFalse();
        assertThat(file.covers(incident("c", "2026-11-25T16:00:00Z", "2026-11-25T17:00:00Z")))
                .isFalse();
    }

    private static Incident incident(String bot, String from, String to) {
        return new Incident(List.of(new Firing(Map.of("bot", bot), Instant.parse(from), Instant.parse(to), false)));
    }

    private List<String> problems(String text) throws IOException {
        return read(text).problems();
    }

    private PostmortemFile read(String text) throws IOException {
        Files.writeString(directory.resolve(NAME + ".md"), text);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
        return PostmortemFile.readAll(directory).get(0);
    }
}
