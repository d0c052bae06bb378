package io.cryptobot.smoke.oncall;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that two different people are on call at all times. It checks the final shifts, so it also finds errors of their
 * computation. Stateless.
 */
final class Coverage {
    private Coverage() {}

    /** {@return one sentence for each time between two instants in which a layer has nobody or two people} */
    static List<String> gapsAndDoubles(Layer layer, List<Shift> shifts, Instant from, Instant to) {
        List<String> problems = new ArrayList<>();
        Instant covered = from;
        for (Shift shift : shifts) {
            if (shift.from().isAfter(covered)) {
                problems.add("nobody is " + layer.key() + " from " + covered + " to " + shift.from());
            } else if (shift.from().isBefore(covered)) {
                problems.add("two people are " + layer.key() + " from " + shift.from() + " to "
                        + (shift.to().isBefore(covered) ? shift.to() : covered));
            }
            covered = shift.to().isAfter(covered) ? shift.to() : covered;
        }
        if (covered.isBefore(to)) {
            problems.add("nobody is " + layer.key() + " from " + covered + " to " + to);
        }
        return problems;
    }

    /** {@return one sentence for each time in which one person is in both layers} */
    static List<String> alone(List<Shift> primary, List<Shift> secondary) {
        List<String> problems = new ArrayList<>();
        for (Shift first : primary) {
            for (Shift second : secondary) {
                if (first.overlaps(second)
                        && first.member().id().equals(second.member().id())) {
                    Shift both = first.within(second.from(), second.to());
                    problems.add(first.member().id() + " is primary and secondary at once from " + both.from() + " to "
                            + both.to());
                }
            }
        }
        return problems;
    }
}
