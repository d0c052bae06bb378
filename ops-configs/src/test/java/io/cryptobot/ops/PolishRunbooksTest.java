package io.cryptobot.ops;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the Polish runbooks with the English ones, which are the master: commands and limits must be the same in both. Only
 * a reader can compare the meaning of the sentences.
 */
final class PolishRunbooksTest {

    private static final Path ENGLISH = Ops.SOURCE.resolve("runbooks");
    private static final Path POLISH = Path.of("..", "docs", "pl");
    private static final Path INDEX = POLISH.resolve("README.md");
    private static final Map<String, String> SEVERITIES =
            Map.of("critical", "krytyczny", "warning", "ostrzeżenie", "none", "brak");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)[^)]*\\)");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,]\\d+)?");
    private static final Pattern INDEX_ROW =
            Pattern.compile("(?m)^(\\| \\[\\w+]\\(runbooks/\\w+\\.md\\) \\| [^|]+ \\|) [^|]+ \\|$");

    static List<Path> pages() {
        return Ops.files(POLISH, ".md");
    }

    static List<Path> runbooks() {
        return Ops.files(POLISH.resolve("runbooks"), ".md");
    }

    @Test
    void everyAlertHasAPolishRunbookAndThereIsNoOther() {
        assertSame(
                "files of docs/pl/runbooks",
                runbooks().stream().map(file -> file.getFileName().toString()).toList(),
                severities().keySet().stream().map(alert -> alert + ".md").toList());
    }

    @Test
    void indexNamesEveryAlertWithItsSeverity() {
        assertSame(
                "rows of docs/pl/README.md",
                matches(INDEX_ROW, Ops.text(INDEX)),
                severities().entrySet().stream()
                        .map(alert -> "| [%1$s](runbooks/%1$s.md) | %2$s |".formatted(alert.getKey(), alert.getValue()))
                        .toList());
    }

    /** The message of a failure shows only the difference of the two lists. */
    private static void assertSame(String what, List<String> actual, List<String> expected) {
        assertThat(expected)
                .as("missing %s", what)
                .filteredOn(name -> !actual.contains(name))
                .isEmpty();
        assertThat(actual)
                .as("superfluous %s", what)
                .doesNotHaveDuplicates()
                .filteredOn(name -> !expected.contains(name))
                .isEmpty();
    }

    /** Of each alert its severities in Polish, in the order of the rules. */
    private static Map<String, String> severities() {
        return Ops.alerts().stream()
                .collect(
                        groupingBy(Ops.Alert::name, mapping(alert -> SEVERITIES.get(alert.severity()), joining(", "))));
    }

    @ParameterizedTest
    @MethodSource("runbooks")
    void runbookHasTheHeadingsOfTheEnglishOne(Path polish) {
        List<String> headings = Page.of(polish).headings();
        assertThat(headings).as("headings of %s", polish).startsWith("# " + alert(polish));
        assertThat(headings.stream().filter(heading -> heading.startsWith("## ")))
                .as("sections of %s", polish)
                .containsExactly("## Znaczenie", "## Wpływ", "## Diagnoza", "## Środki zaradcze");
        assertThat(levels(headings))
                .as("levels of the headings of %s", polish)
                .isEqualTo(levels(Page.of(english(polish)).headings()));
    }

    private static List<String> levels(List<String> headings) {
        return headings.stream()
                .map(heading -> heading.replaceAll("[^#].*", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("runbooks")
    void runbookHasTheCommandsAndNamesOfTheEnglishOne(Path polish) {
        Page english = Page.of(english(polish));
        Page page = Page.of(polish);
        assertThat(page.codeBlocks()).as("code blocks of %s", polish).isEqualTo(english.codeBlocks());
        assertThat(matches(CODE, page.prose()))
                .as("names and commands in the text of %s", polish)
                .hasSameElementsAs(matches(CODE, english.prose()));
    }

    /** The numbers of the steps are among them, so this also detects a missing step. */
    @ParameterizedTest
    @MethodSource("runbooks")
    void runbookHasTheNumbersOfTheEnglishOne(Path polish) {
        assertThat(numbers(polish)).as("numbers in the text of %s", polish).isEqualTo(numbers(english(polish)));
    }

    /** In ascending order, with the decimal point of English. */
    private static List<String> numbers(Path page) {
        return NUMBER.matcher(Page.of(page).prose())
                .results()
                .map(number -> number.group().replace(',', '.'))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("runbooks")
    void runbookLinksToThePagesOfTheEnglishOne(Path polish) {
        assertThat(links(polish).map(Path::getFileName).sorted())
                .as("links of %s", polish)
                .isEqualTo(
                        links(english(polish)).map(Path::getFileName).sorted().toList());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkResolves(Path page) {
        assertThat(links(page).filter(Files::notExists))
                .as("broken links of %s", page)
                .isEmpty();
    }

    private static Stream<Path> links(Path page) {
        return matches(LINK, Page.of(page).prose()).stream()
                .map(target -> page.resolveSibling(target).normalize());
    }

    private static String alert(Path runbook) {
        return runbook.getFileName().toString().replace(".md", "");
    }

    private static Path english(Path polish) {
        return ENGLISH.resolve(polish.getFileName());
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** A Markdown page; {@code prose} is the text outside of fenced code blocks, headings included. */
    private record Page(List<String> headings, List<String> codeBlocks, String prose) {

        static Page of(Path file) {
            List<String> headings = new ArrayList<>();
            List<String> codeBlocks = new ArrayList<>();
            StringBuilder prose = new StringBuilder();
            StringBuilder code = new StringBuilder();
            boolean inCode = false;
            for (String line : Ops.text(file).lines().toList()) {
                boolean fence = line.strip().startsWith("```");
                if (inCode || fence) {
                    code.append(line).append('\n');
                } else {
                    prose.append(line).append('\n');
                    if (line.startsWith("#")) {
                        headings.add(line);
                    }
                }
                if (fence) {
                    inCode = !inCode;
                    if (!inCode) {
                        codeBlocks.add(code.toString());
                        code.setLength(0);
                    }
                }
            }
            assertThat(inCode).as("a code block of %s is not closed", file).isFalse();
            return new Page(headings, codeBlocks, prose.toString());
        }
    }
}
