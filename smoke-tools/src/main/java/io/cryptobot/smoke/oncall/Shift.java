package io.cryptobot.smoke.oncall;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One person on call in one layer, from an instant up to, but not including, another. Immutable.
 *
 * @param planned whether the shift is from the weekly turns or from an override
 */
public record Shift(Layer layer, Member member, Instant from, Instant to, Planned planned) {
    /** The origin of a shift. */
    public enum Planned {
        BY_ORDER,
        BY_OVERRIDE
    }

    public Shift {
        requireNonNull(layer, "layer is null");
        requireNonNull(member, "member is null");
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("a shift must end after it begins, was " + from + " to " + to);
        }
    }

    boolean covers(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }

    boolean overlaps(Shift other) {
        return from.isBefore(other.to) && other.from.isBefore(to);
    }

    Shift within(Instant start, Instant end) {
        return new Shift(layer, member, from.isAfter(start) ? from : start, to.isBefore(end) ? to : end, planned);
    }
}
