package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.cryptobot.exporter.status.Problem.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status of a bot for the page. Immutable.
 *
 * @param facts the facts
 * @param problems the problems, worst first
 * @param severity the severity of the worst problem
 * @param text the texts of the page, by the keys of the template; they may change at any time
 */
record BotStatus(@JsonUnwrapped BotFacts facts, List<Problem> problems, Severity severity, Map<String, String> text) {
    /** Bots with problems first, in the sequence of the summary. */
    static final Comparator<BotStatus> ORDER = Comparator.comparing(BotStatus::severity)
            .thenComparing(BotStatus::worst, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(bot -> StatusText.inNaturalOrder(bot.facts().bot()));

    static BotStatus of(BotFacts facts) {
        List<Problem> problems = Diagnosis.of(facts);
        Severity worst = problems.isEmpty() ? Severity.OK : problems.get(0).severity();
        return new BotStatus(facts, problems, worst, StatusText.of(facts));
    }

    private @Nullable Kind worst() {
        return problems.isEmpty() ? null : problems.get(0).kind();
    }
}
