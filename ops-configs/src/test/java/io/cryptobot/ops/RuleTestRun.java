package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A run of promtool over many test files: one process for each file would take minutes, one for all leaves a core idle.
 *
 * @param failed the files with a failed test
 * @param output what promtool printed
 */
record RuleTestRun(Set<Path> failed, String output) {

    /** One for each file, in the sequence of the arguments. promtool 3 does not print the name of the file. */
    private static final Pattern VERDICT = Pattern.compile("^  (SUCCESS|FAILED:)", Pattern.MULTILINE);

    private static final int PROCESSES = 2;

    static RuleTestRun of(List<Path> files) {
        return IntStream.range(0, PROCESSES)
                .parallel()
                .mapToObj(process -> run(IntStream.range(0, files.size())
                        .filter(index -> index % PROCESSES == process)
                        .mapToObj(files::get)
                        .toList()))
                .reduce(new RuleTestRun(Set.of(), ""), RuleTestRun::plus);
    }

    private static RuleTestRun run(List<Path> files) {
        if (files.isEmpty()) { // promtool needs a file
            return new RuleTestRun(Set.of(), "");
        }
        List<Object> line = new ArrayList<>(List.of("test", "rules"));
        line.addAll(files);
        String output = Tool.PROMTOOL.run(line.toArray()).output();
        List<String> verdicts =
                VERDICT.matcher(output).results().map(each -> each.group(1)).toList();
        assertThat(verdicts).as(output).hasSameSizeAs(files);
        Set<Path> failed = IntStream.range(0, files.size())
                .filter(index -> verdicts.get(index).equals("FAILED:"))
                .mapToObj(files::get)
                .collect(Collectors.toCollection(TreeSet::new));
        return new RuleTestRun(failed, output);
    }

    private RuleTestRun plus(RuleTestRun other) {
        Set<Path> both = new TreeSet<>(failed);
        both.addAll(other.failed);
        return new RuleTestRun(both, output + other.output);
    }
}
