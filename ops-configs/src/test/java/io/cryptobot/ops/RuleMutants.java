package io.cryptobot.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Mutants of a rule with one change each, like typical human errors: threshold, comparison, window, offset, function, label,
 * mode, clause, duration. Each mutant is a valid rule with another meaning.
 */
final class RuleMutants {

    private static final Pattern COMPARISON = Pattern.compile(" (==|!=|>=|<=|>|<) ");
    private static final Map<String, List<String>> OTHER_COMPARISONS = Map.of(
            "==", List.of("!="),
            "!=", List.of("=="),
            ">", List.of(">=", "<"),
            "<", List.of("<=", ">"),
            ">=", List.of(">", "<"),
            "<=", List.of("<", ">"));
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.\"(\\[])\\d+(?:\\.\\d+)?(?![\\w.\"\\]])");
    private static final Pattern WINDOW = Pattern.compile("\\[(\\d+)([smhd])(?=[]:])");
    /** The same in every rule, as RulesTest says; MissedScrapesIT tries how long it holds. */
    private static final Pattern BRIDGE = Pattern.compile("(?:last|max|absent)_over_time\\([^()]*\\[(?:1m|15s)]$");

    /** Orders are live or paper, a bot has more modes. */
    private static final String TRADING_MODE = "(?<=cryptobot_trading_mode\\{)";

    private static final Map<String, String> OTHER_MODES =
            Map.of("mode=\"paper\"", "mode!=\"live\"", "mode=\"live\"", "mode!=\"paper\"");
    private static final Pattern OFFSET = Pattern.compile("\\boffset (\\d+)([smhd])");

    /**
     * A last value that is compared or reckoned with, on either side of the operator. Of a bare one only the presence counts, and the
     * smallest or the largest value is present exactly when the last one is: such a mutant has the same meaning, so there is none.
     */
    private static final Pattern LAST = Pattern.compile(
            "(?<=(?:==|!=|>=|<=|[-<>/]) )last_over_time\\(|\\blast_over_time\\((?=[^()]*\\) (?:==|!=|>=|<=|[-<>/]) )");

    private static final Pattern MATCHER =
            Pattern.compile("(?<=[{ ])(?!__name__)\\w+(?:=~?|![=~])\"[^\"]*\"(, )?(?=[^{]*})");
    private static final Pattern ON = Pattern.compile("\\bon \\(([^)]+)\\)");
    private static final Pattern CLAUSE = Pattern.compile(
            "\\s(and|unless|or) (?:[^\\n()]|\\([^()]*(?:\\([^()]*(?:\\([^()]*\\)[^()]*)*\\)[^()]*)*\\))*?(?=\\s(?:and|unless|or) |\\n\\)|$)");
    private static final Map<String, String> OTHER_FUNCTIONS = Map.of(
            "increase(", "delta(",
            "rate(", "irate(",
            "max_over_time(", "min_over_time(",
            "min_over_time(", "max_over_time(",
            "changes(", "count_over_time(",
            "abs(", "(",
            "max by", "min by",
            "avg without", "max without");

    private RuleMutants() {}

    /** {@return the copies of the rule, none equal to it or to another} */
    static Set<JsonNode> of(JsonNode rule) {
        Set<JsonNode> mutants = new LinkedHashSet<>();
        for (String expr : expressions(rule.path("expr").asText())) {
            mutants.add(((ObjectNode) rule.deepCopy()).put("expr", expr));
        }
        for (String duration : List.of("for", "keep_firing_for")) {
            if (rule.has(duration)) {
                int seconds = Promql.seconds(rule.path(duration).asText());
                mutants.add(((ObjectNode) rule.deepCopy()).put(duration, Math.round(seconds * 0.8f) + "s"));
                mutants.add(((ObjectNode) rule.deepCopy()).put(duration, Math.round(seconds * 1.2f) + "s"));
            }
        }
        rule.path("labels").fieldNames().forEachRemaining(label -> {
            ObjectNode without = rule.deepCopy();
            ((ObjectNode) without.path("labels")).remove(label);
            mutants.add(without);
        });
        mutants.remove(rule);
        return mutants;
    }

    private static Set<String> expressions(String expr) {
        Set<String> mutants = new LinkedHashSet<>();
        replace(
                expr,
                COMPARISON,
                match -> OTHER_COMPARISONS.get(match.group(1)).stream()
                        .map(other -> " " + other + " ")
                        .toList(),
                mutants);
        replace(expr, NUMBER, match -> otherNumbers(expr, match), mutants);
        replace(
                expr,
                WINDOW,
                match -> {
                    if (BRIDGE.matcher(expr.substring(0, match.end() + 1).replaceAll("\"[^\"]*\"", ""))
                            .find()) {
                        return List.of();
                    }
                    int seconds = Promql.seconds(match.group(1) + match.group(2));
                    return List.of("[" + Math.round(seconds * 0.8f) + "s", "[" + Math.round(seconds * 1.2f) + "s");
                },
                mutants);
        replace(
                expr,
                OFFSET,
                match -> {
                    int seconds = Promql.seconds(match.group(1) + match.group(2));
                    return List.of(
                            "offset " + Math.round(seconds * 0.8f) + "s", "offset " + Math.round(seconds * 1.2f) + "s");
                },
                mutants);
        replace(expr, LAST, match -> List.of("min_over_time(", "max_over_time("), mutants);
        replace(expr, MATCHER, match -> List.of(""), mutants);
        OTHER_MODES.forEach(
                (mode, other) -> replace(expr, Pattern.compile(TRADING_MODE + mode), match -> List.of(other), mutants));
        replace(
                expr,
                ON,
                match -> {
                    List<String> fewer = new ArrayList<>();
                    List<String> labels = List.of(match.group(1).split(", "));
                    for (String label : labels) {
                        // two jobs never share an instance
                        if (!label.equals("job")) {
                            List<String> rest = new ArrayList<>(labels);
                            rest.remove(label);
                            fewer.add("on (" + String.join(", ", rest) + ")");
                        }
                    }
                    return fewer;
                },
                mutants);
        replace(
                expr,
                CLAUSE,
                match -> List.of(
                        "",
                        match.group()
                                .replaceFirst(
                                        "\\b(and|unless)\\b", match.group(1).equals("and") ? "unless" : "and")),
                mutants);
        OTHER_FUNCTIONS.forEach((function, other) ->
                replace(expr, Pattern.compile("\\b" + Pattern.quote(function)), match -> List.of(other), mutants));
        mutants.remove(expr);
        return mutants;
    }

    /** A flag is 0 or 1; a count differs by one; anything else by a tenth. */
    private static List<String> otherNumbers(String expr, MatchResult match) {
        double number = Double.parseDouble(match.group());
        if (expr.substring(0, match.start()).matches("(?s).*[=!]= ") && number <= 1) {
            return List.of(number == 0 ? "1" : "0");
        }
        if (number == 0) {
            return List.of("1");
        }
        if (number == Math.rint(number) && number <= 10) {
            return List.of(Long.toString((long) number - 1), Long.toString((long) number + 1));
        }
        BigDecimal exact = new BigDecimal(match.group());
        return List.of(
                exact.multiply(new BigDecimal("0.9")).toPlainString(),
                exact.multiply(new BigDecimal("1.1")).toPlainString());
    }

    private static void replace(
            String expr, Pattern pattern, Function<MatchResult, List<String>> others, Set<String> mutants) {
        pattern.matcher(expr)
                .results()
                .forEach(match -> others.apply(match)
                        .forEach(other ->
                                mutants.add(expr.substring(0, match.start()) + other + expr.substring(match.end()))));
    }
}
