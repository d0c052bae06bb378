package io.cryptobot.smoke.oncall;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The people on call: in every layer they take turns week by week, and an override puts somebody else there for some time.
 * Immutable.
 *
 * @param handover when a week begins
 * @param turns the members of every layer for week 0, week 1 and so on; after the last the first follows
 * @param overrides of all layers; those of one layer do not overlap
 */
public record Rotation(Handover handover, Map<Layer, List<Member>> turns, List<Shift> overrides) {
    public Rotation {
        requireNonNull(handover, "handover is null");
        Map<Layer, List<Member>> copy = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            List<Member> order = turns.getOrDefault(layer, List.of());
            if (order.isEmpty()) {
                throw new IllegalArgumentException("nobody is in layer " + layer.key());
            }
            copy.put(layer, List.copyOf(order));
        }
        turns = copy;
        overrides = overrides.stream().sorted(Comparator.comparing(Shift::from)).toList();
    }

    /** {@return the member whose turn a week is, without the overrides} */
    Member inTurn(Layer layer, long week) {
        List<Member> order = requireNonNull(turns.get(layer));
        return order.get(Math.floorMod(week, order.size()));
    }

    /** {@return the shifts of a layer between two instants, first to last; none before the first handover} */
    public List<Shift> shifts(Layer layer, Instant from, Instant to) {
        List<Shift> shifts = new ArrayList<>();
        for (long week = Math.max(0, handover.week(from)); handover.start(week).isBefore(to); week++) {
            shifts.addAll(week(layer, week));
        }
        return shifts.stream()
                .filter(shift -> shift.to().isAfter(from) && shift.from().isBefore(to))
                .map(shift -> shift.within(from, to))
                .toList();
    }

    private List<Shift> week(Layer layer, long week) {
        Instant end = handover.start(week + 1);
        Instant next = handover.start(week);
        List<Shift> shifts = new ArrayList<>();
        for (Shift override : overrides) {
            if (override.layer() == layer
                    && override.to().isAfter(next)
                    && override.from().isBefore(end)) {
                Shift covered = override.within(next, end);
                addByOrder(shifts, layer, week, next, covered.from());
                shifts.add(covered);
                next = covered.to();
            }
        }
        addByOrder(shifts, layer, week, next, end);
        return shifts;
    }

    private void addByOrder(List<Shift> shifts, Layer layer, long week, Instant from, Instant to) {
        if (from.isBefore(to)) {
            shifts.add(new Shift(layer, inTurn(layer, week), from, to, Shift.Planned.BY_ORDER));
        }
    }

    /** {@return the shift of a layer at an instant; empty before the first handover} */
    public Optional<Shift> onCall(Layer layer, Instant instant) {
        long week = handover.week(instant);
        if (week < 0) {
            return Optional.empty();
        }
        return week(layer, week).stream().filter(shift -> shift.covers(instant)).findFirst();
    }
}
