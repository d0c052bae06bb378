package io.cryptobot.telemetry.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.telemetry.benchmarks.Goal.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes a group's tables from what JMH wrote, one file a round, and prints them. A full run also puts them into the
 * page, as the section of the group; the other sections stay as they are.
 */
public final class PerformancePage {
    private static final String OURS = "cryptobot";
    private static final List<String> PERCENTILES = List.of("50.0", "99.0", "99.9", "99.99");
    private static final Pattern PEER = Pattern.compile(
            "/(simpleclient|jmx_prometheus_httpserver|prometheus-metrics-core|micrometer-core|opentelemetry-sdk-metrics|metrics-core)-([0-9.]+)\\.jar");
    private static final String INTRODUCTION = """
            # Performance

            `smoke-tools/bin/bench` writes this page; run it instead of editing. `bench --list` lists the groups.

            Compare the ratios, not the nanoseconds. Ratios come from one run, in which the libraries alternate round by round, so
            that other load on the machine affects all of them. Nanoseconds are for one small machine. A figure is the median over
            the rounds, with the fastest and the slowest round next to it; each round is a separate JVM. If the ranges of two
            libraries overlap, there is no difference. The numbers show the cost of a call in a loop with warm caches. They do not
            show its cost once a minute between other work, on many cores, or on another processor or JDK.
            """;

    private PerformancePage() {}

    /** Arguments: the page, or {@code -} to print only; the group; what is said about the run; JMH's files. */
    public static void main(String[] arguments) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String file : List.of(arguments).subList(3, arguments.length)) {
            files.add(Path.of(file));
        }
        Map<String, Result> results = read(files);
        String group = arguments[1];
        String section = section(group, arguments[2], new ArrayList<>(results.values()));
        System.out.println(section);
        if (!arguments[0].equals("-")) {
            Path page = Path.of(arguments[0]);
            Files.writeString(page, withSection(Files.exists(page) ? Files.readString(page) : "", group, section));
        }
    }

    private static Map<String, Result> read(List<Path> files) throws IOException {
        Map<String, Result> results = new LinkedHashMap<>();
        for (Path file : files) {
            for (JsonNode round : new ObjectMapper().readTree(file.toFile())) {
                results.computeIfAbsent(Result.key(round), key -> new Result(round))
                        .add(round);
            }
        }
        return results;
    }

    private static String withSection(String page, String group, String section) {
        Map<String, String> sections = new TreeMap<>();
        String[] parts = page.split("(?m)^## ");
        for (int index = 1; index < parts.length; index++) {
            sections.put(parts[index].lines().findFirst().orElse(""), "## " + parts[index].strip() + "\n");
        }
        sections.put(group, section);
        return INTRODUCTION + "\n" + String.join("\n", sections.values());
    }

    private static String section(String group, String run, List<Result> results) {
        StringBuilder text = new StringBuilder("## " + group + "\n\n" + run + " "
                + results.get(0).jvm() + ", rounds: " + results.get(0).rounds() + ".\n");
        if (results.get(0).hasPeers()) {
            text.append("Peers: ").append(peerVersions()).append(".\n");
        }
        Map<String, List<Result>> methods = new LinkedHashMap<>();
        results.forEach(result -> methods.computeIfAbsent(result.method().getName(), name -> new ArrayList<>())
                .add(result));
        methods.forEach((name, cases) -> text.append('\n').append(table(name, cases)));
        return text.toString();
    }

    private static String peerVersions() {
        return PEER.matcher(System.getProperty("java.class.path"))
                .results()
                .map(jar -> jar.group(1) + " " + jar.group(2))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String table(String name, List<Result> cases) {
        Result first = cases.get(0);
        Shows shows = first.method().getAnnotation(Shows.class);
        int threads = first.threads();
        List<List<String>> rows = new ArrayList<>();
        rows.add(header(first));
        cases.forEach(result -> rows.add(row(result, cases)));
        StringBuilder text = new StringBuilder(
                "**" + name + "**, " + threads + (threads == 1 ? " thread" : " threads") + (shows == null ? "" : ". "));
        text.append(shows == null ? "" : shows.value()).append("\n\n").append(aligned(rows));
        Goal[] goals = first.method().getAnnotationsByType(Goal.class);
        if (goals.length > 0) {
            text.append('\n');
        }
        for (Goal goal : goals) {
            text.append("- ").append(verdict(goal, cases)).append('\n');
        }
        return text.toString();
    }

    private static List<String> header(Result first) {
        List<String> header = new ArrayList<>(List.of(first.hasPeers() ? "library" : "case"));
        if (first.isSampled()) {
            header.add("min " + first.unit());
            PERCENTILES.forEach(percent -> header.add("p" + percent.replace(".0", "") + " " + first.unit()));
            header.addAll(List.of("max " + first.unit(), "samples"));
        } else {
            header.addAll(List.of(first.unit(), "rounds"));
            header.addAll(first.counters().isEmpty() ? List.of("B/op") : first.counters());
        }
        if (first.hasPeers()) {
            header.add("time / cryptobot");
        }
        return header;
    }

    private static List<String> row(Result result, List<Result> cases) {
        List<String> row = new ArrayList<>(List.of(result.name()));
        if (result.isSampled()) {
            row.add(number(result.shortest()));
            PERCENTILES.forEach(percent -> row.add(number(result.percentile(percent))));
            row.addAll(List.of(number(result.longest()), String.valueOf(result.samples())));
        } else {
            row.add(number(result.score()));
            row.add(number(result.fastestRound()) + " to " + number(result.slowestRound()));
            if (result.counters().isEmpty()) {
                row.add(number(result.bytes()));
            }
            result.counters().forEach(counter -> row.add(number(result.counter(counter))));
        }
        if (result.hasPeers()) {
            row.add(String.format(
                    Locale.ROOT, "%.2f", result.score() / ours(cases).score()));
        }
        return row;
    }

    private static String verdict(Goal goal, List<Result> cases) {
        Result ours = ours(cases);
        double measured;
        String goalText;
        String measuredText;
        if (goal.of() == Measure.RATIO) {
            Result peer = peer(goal, cases);
            measured = ours.score() / peer.score();
            goalText = "at most " + goal.atMost() + " times the time of "
                    + (goal.peer().isEmpty() ? "the fastest peer" : peer.name());
            measuredText = String.format(Locale.ROOT, "%.2f times %s", measured, peer.name());
        } else {
            measured = switch (goal.of()) {
                case BYTES -> ours.bytes();
                case P50 -> ours.percentile("50.0");
                case P99 -> ours.percentile("99.0");
                default -> ours.score();
            };
            String unit = goal.of() == Measure.BYTES ? "B/op" : ours.unit();
            String what = goal.of() == Measure.P50 ? "the median " : goal.of() == Measure.P99 ? "p99 " : "";
            goalText = what + "at most " + number(goal.atMost()) + " " + unit;
            measuredText = number(measured) + " " + unit;
        }
        return (measured <= goal.atMost() ? "met: " : "**missed**: ") + goalText + "; is " + measuredText;
    }

    private static Result ours(List<Result> cases) {
        return cases.stream()
                .filter(result -> result.name().equals(OURS))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no case of " + OURS));
    }

    private static Result peer(Goal goal, List<Result> cases) {
        return cases.stream()
                .filter(result -> goal.peer().isEmpty()
                        ? !result.name().equals(OURS)
                        : result.name().equals(goal.peer()))
                .min(Comparator.comparingDouble(Result::score))
                .orElseThrow(() -> new IllegalStateException("no peer " + goal.peer()));
    }

    private static String number(double value) {
        String format = value == Math.rint(value) || value >= 100 ? "%.0f" : "%.1f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            StringBuilder rule = new StringBuilder("|");
            text.append('|');
            for (int column = 0; column < rows.get(row).size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(cells -> cells.get(at).length())
                        .max()
                        .orElseThrow();
                String format = " %" + (column == 0 ? "-" : "") + width + "s |";
                text.append(String.format(format, rows.get(row).get(column)));
                rule.append(column == 0 ? ":" : "-").append("-".repeat(width)).append(column == 0 ? "-|" : ":|");
            }
            text.append('\n');
            if (row == 0) {
                text.append(rule).append('\n');
            }
        }
        return text.toString();
    }
}
