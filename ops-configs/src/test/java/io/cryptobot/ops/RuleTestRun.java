package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A run of promtool over many test files: one process for each file would take minutes, one for all leaves a core idle.
 *
 * @param failed the files with a failed test
 * @param output what promtool printed
 */
record RuleTestRun(Set<Path> failed, String output) {

    private static final Pattern VERDICT = Pattern.compile("Unit Testing:  (\\S+)\\n  (SUCCESS|FAILED:)");
    private static final int PROCESSES = 2;

    static RuleTestRun of(List<Path> files) {
        String output = IntStream.range(0, PROCESSES)
                .parallel()
                .mapToObj(process -> run(files, process))
                .reduce("", String::concat);
        Set<Path> seen = new TreeSet<>();
        Set<Path> failed = new TreeSet<>();
        Matcher verdict = VERDICT.matcher(output);
        while (verdict.find()) {
            Path file = Path.of(verdict.group(1));
            seen.add(file);
            if (verdict.group(2).equals("FAILED:")) {
                failed.add(file);
            }
        }
        assertThat(seen).as(output).containsExactlyInAnyOrderElementsOf(files);
        return new RuleTestRun(failed, output);
    }

    private static String run(List<Path> files, int process) {
        List<Object> line = new ArrayList<>(List.of("test", "rules"));
        for (int i = process; i < files.size(); i += PROCESSES) {
            line.add(files.get(i));
        }
        return line.size() == 2 ? "" : Tool.PROMTOOL.run(line.toArray()).output();
    }
}
