package io.cryptobot.exporter.status;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.cryptobot.exporter.status.Problem.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bot as the page shows it. Immutable.
 *
 * @param facts what is known
 * @param problems what is wrong, worst first
 * @param severity that of the worst problem
 * @param text what the page says, by the names of its places; the wording may change at any time
 */
record BotStatus(@JsonUnwrapped BotFacts facts, List<Problem> problems, Severity severity, Map<String, String> text) {
    /** Trouble first, in the order in which the summary tells it. */
    static final Comparator<BotStatus> ORDER = Comparator.comparing(BotStatus::severity)
            .thenComparing(BotStatus::worst, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(bot -> Words.inNaturalOrder(bot.facts().bot()));

    static BotStatus of(BotFacts facts) {
        List<Problem> problems = Diagnosis.of(facts);
        Severity worst = problems.isEmpty() ? Severity.OK : problems.get(0).severity();
        return new BotStatus(facts, problems, worst, Wording.of(facts));
    }

    private @Nullable Kind worst() {
        return problems.isEmpty() ? null : problems.get(0).kind();
    }
}
