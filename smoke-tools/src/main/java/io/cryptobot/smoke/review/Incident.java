package io.cryptobot.smoke.review;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Firings about one bot that follow each other closely, for which one postmortem is enough. Immutable.
 *
 * @param firings ordered by their start; never empty
 */
record Incident(List<Firing> firings) {
    /** A firing after a quiet time of this length is a new incident. */
    static final Duration QUIET = Duration.ofMinutes(30);
    /** The postmortem is due this long after the end. */
    static final Duration TIME_TO_WRITE = Duration.ofHours(24);

    Incident {
        firings = List.copyOf(firings);
    }

    /** {@return the incidents of these firings} */
    static List<Incident> of(List<Firing> firings) {
        List<List<Firing>> groups = new ArrayList<>();
        for (Firing firing : firings) {
            List<Firing> found = null;
            for (List<Firing> group : groups) {
                if (belongsTo(firing, group)) {
                    found = group;
                }
            }
            if (found == null) {
                found = new ArrayList<>();
                groups.add(found);
            }
            found.add(firing);
        }
        return groups.stream().map(Incident::new).toList();
    }

    private static boolean belongsTo(Firing firing, List<Firing> group) {
        return group.stream()
                .anyMatch(other -> (firing.bot().isEmpty()
                                || other.bot().isEmpty()
                                || firing.bot().equals(other.bot()))
                        && !firing.from().isAfter(other.to().plus(QUIET)));
    }

    Firing first() {
        return firings.get(0);
    }

    Instant from() {
        return first().from();
    }

    Instant to() {
        return firings.stream().map(Firing::to).max(Instant::compareTo).orElseThrow();
    }

    boolean isOngoing() {
        return firings.stream().anyMatch(Firing::isOngoing);
    }

    /** {@return the bot that it is about; empty for none} */
    String bot() {
        return firings.stream()
                .map(Firing::bot)
                .filter(bot -> !bot.isEmpty())
                .findFirst()
                .orElse("");
    }

    Instant due() {
        return to().plus(TIME_TO_WRITE);
    }
}
