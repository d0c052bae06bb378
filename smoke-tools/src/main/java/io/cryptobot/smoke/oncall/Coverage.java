package io.cryptobot.smoke.oncall;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether shifts leave nobody alone with the pager. It looks at the shifts as they are, not at how they were made, so that a
 * fault in the making shows too. Stateless.
 */
final class Coverage {
    private Coverage() {}

    /** {@return where a layer has nobody or two people at once between two instants, one sentence each} */
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

    /** {@return where one person is both, one sentence each} */
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
