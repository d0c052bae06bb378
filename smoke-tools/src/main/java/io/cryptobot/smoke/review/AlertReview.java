package io.cryptobot.smoke.review;

import io.cryptobot.smoke.chain.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The alerts between two instants. Immutable.
 *
 * @param fired the alerts that fired, the most frequent first
 * @param silences the silences of that time, with the number of firings that each covered
 * @param neverFired the names of the loaded alerts that never fired; a drill counts as firing
 */
record AlertReview(Instant from, Instant to, List<Fired> fired, List<Silenced> silences, List<String> neverFired) {
    /**
     * One alert of one bot in one mode.
     *
     * @param name with severity, mode and bot
     * @param count how often it began
     * @param total how long it fired in all
     * @param flapped how often it began again soon after its end
     * @param silenced how many of its firings a silence covered
     * @param isOngoing whether it still fires
     */
    record Fired(String alert, String name, int count, Duration total, int flapped, int silenced, boolean isOngoing) {}

    /** A silence and how many firings it covered. */
    record Silenced(Silence silence, int covered) {}

    AlertReview {
        fired = List.copyOf(fired);
        silences = List.copyOf(silences);
        neverFired = List.copyOf(neverFired);
    }

    /**
     * {@return the review}
     *
     * @param firings ordered by their start
     * @param rules the names of the loaded alerts
     * @param flap a firing within this time after the end of the last one counts as flapping
     */
    static AlertReview of(
            Instant from, Instant to, List<Firing> firings, List<Silence> silences, Set<String> rules, Duration flap) {
        Map<String, List<Firing>> byName = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (Firing firing : firings) {
            byName.computeIfAbsent(firing.name(), name -> new ArrayList<>()).add(firing);
            seen.add(firing.alert());
        }
        List<Fired> fired = new ArrayList<>();
        byName.forEach((name, all) -> fired.add(fired(name, all, silences, flap)));
        fired.sort(Comparator.comparing(Fired::count).reversed().thenComparing(Fired::name));
        return new AlertReview(
                from,
                to,
                fired,
                silences.stream()
                        .map(silence -> new Silenced(silence, (int) firings.stream()
                                .filter(firing -> firing.isSilencedBy(silence))
                                .count()))
                        .toList(),
                rules.stream()
                        .filter(rule -> !seen.contains(rule) && !rule.equals("Watchdog"))
                        .sorted()
                        .toList());
    }

    private static Fired fired(String name, List<Firing> firings, List<Silence> silences, Duration flap) {
        Duration total = Duration.ZERO;
        int flapped = 0;
        int silenced = 0;
        boolean lasts = false;
        for (int index = 0; index < firings.size(); index++) {
            Firing firing = firings.get(index);
            total = total.plus(firing.duration());
            lasts |= firing.isOngoing();
            if (silences.stream().anyMatch(firing::isSilencedBy)) {
                silenced++;
            }
            if (isFlapping(firing, firings.subList(0, index), flap)) {
                flapped++;
            }
        }
        return new Fired(firings.get(0).alert(), name, firings.size(), total, flapped, silenced, lasts);
    }

    /** Two hosts may have bots with the same name, so only firings of the same series count as flapping. */
    private static boolean isFlapping(Firing firing, List<Firing> before, Duration flap) {
        return before.stream()
                .filter(other -> other.labels().equals(firing.labels()))
                .anyMatch(other -> !firing.from().isAfter(other.to().plus(flap)));
    }
}
