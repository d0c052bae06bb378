package io.cryptobot.smoke.calendar;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A zone's {@code VTIMEZONE}, from the JDK's own data. Where its clock changes on the same weekday of the same month every year,
 * the rule goes on without end; else the changes of {@value #YEARS} years are written out. Immutable.
 */
final class TimeZoneDefinition {
    private static final int YEARS = 20;

    /** One kind of change of the clock: a start by the clock as it was before, and where there is one, a yearly rule. */
    private record Observance(LocalDateTime start, ZoneOffset from, ZoneOffset to, boolean summer, String rule) {}

    private final ZoneId zone;
    private final List<Observance> observances;

    private TimeZoneDefinition(ZoneId zone, List<Observance> observances) {
        this.zone = zone;
        this.observances = observances;
    }

    /** {@return the definition for events on and after a date} */
    static TimeZoneDefinition of(ZoneId zone, LocalDate first) {
        ZoneRules rules = zone.getRules();
        LocalDateTime start = LocalDateTime.of(first.getYear() - 1, Month.JANUARY, 1, 0, 0);
        ZoneOffset before = rules.getOffset(start);
        List<ZoneOffsetTransition> changes = changes(rules, start);
        List<Observance> observances = new ArrayList<>();
        observances.add(new Observance(start, before, before, rules.isDaylightSavings(start.toInstant(before)), ""));
        observances.addAll(yearly(rules, changes)
                .orElseGet(() -> changes.stream()
                        .map(change -> observance(rules, change, ""))
                        .toList()));
        return new TimeZoneDefinition(zone, List.copyOf(observances));
    }

    private static List<ZoneOffsetTransition> changes(ZoneRules rules, LocalDateTime start) {
        List<ZoneOffsetTransition> changes = new ArrayList<>();
        ZoneOffsetTransition change = rules.nextTransition(start.toInstant(rules.getOffset(start)));
        while (change != null && change.getDateTimeBefore().getYear() < start.getYear() + YEARS) {
            changes.add(change);
            change = rules.nextTransition(change.getInstant());
        }
        return changes;
    }

    /** {@return one observance with a yearly rule for each month in which the clock is changed; empty when one has none} */
    private static Optional<List<Observance>> yearly(ZoneRules rules, List<ZoneOffsetTransition> changes) {
        Map<Month, List<ZoneOffsetTransition>> byMonth = changes.stream()
                .collect(groupingBy(change -> change.getDateTimeBefore().getMonth(), TreeMap::new, toList()));
        List<Observance> observances = new ArrayList<>();
        for (List<ZoneOffsetTransition> ofMonth : byMonth.values()) {
            Optional<String> rule = rule(ofMonth);
            if (rule.isEmpty()) {
                return Optional.empty();
            }
            observances.add(observance(rules, ofMonth.get(0), rule.get()));
        }
        return Optional.of(observances);
    }

    private static Optional<String> rule(List<ZoneOffsetTransition> changes) {
        ZoneOffsetTransition first = changes.get(0);
        LocalDate date = first.getDateTimeBefore().toLocalDate();
        LocalTime time = first.getDateTimeBefore().toLocalTime();
        Set<Year> years = new HashSet<>();
        for (ZoneOffsetTransition change : changes) {
            years.add(Year.from(change.getDateTimeBefore()));
            if (!change.getDateTimeBefore().toLocalTime().equals(time)
                    || !change.getOffsetBefore().equals(first.getOffsetBefore())
                    || !change.getOffsetAfter().equals(first.getOffsetAfter())) {
                return Optional.empty();
            }
        }
        if (years.size() != YEARS || changes.size() != YEARS) {
            return Optional.empty();
        }
        return IntStream.of(-1, 1, 2, 3, 4)
                .filter(nth -> changes.stream()
                        .map(change -> change.getDateTimeBefore().toLocalDate())
                        .allMatch(each -> each.equals(nth(each, nth, date))))
                .mapToObj(nth -> "FREQ=YEARLY;BYMONTH=" + date.getMonthValue() + ";BYDAY=" + nth
                        + date.getDayOfWeek().name().substring(0, 2))
                .findFirst();
    }

    /** {@return the nth day in a date's month that has the weekday of another date; -1 is the last} */
    private static LocalDate nth(LocalDate date, int nth, LocalDate weekday) {
        return date.with(TemporalAdjusters.dayOfWeekInMonth(nth, weekday.getDayOfWeek()));
    }

    private static Observance observance(ZoneRules rules, ZoneOffsetTransition change, String rule) {
        return new Observance(
                change.getDateTimeBefore(),
                change.getOffsetBefore(),
                change.getOffsetAfter(),
                rules.isDaylightSavings(change.getInstant()),
                rule);
    }

    void write(ContentLines lines) {
        lines.add("BEGIN", "VTIMEZONE");
        lines.add("TZID", zone.toString());
        for (Observance observance : observances) {
            String name = observance.summer() ? "DAYLIGHT" : "STANDARD";
            lines.add("BEGIN", name);
            lines.addLocal("DTSTART", observance.start());
            lines.add("TZOFFSETFROM", offset(observance.from()));
            lines.add("TZOFFSETTO", offset(observance.to()));
            if (!observance.rule().isEmpty()) {
                lines.add("RRULE", observance.rule());
            }
            lines.add("END", name);
        }
        lines.add("END", "VTIMEZONE");
    }

    private static String offset(ZoneOffset offset) {
        return offset.equals(ZoneOffset.UTC) ? "+0000" : offset.getId().replace(":", "");
    }
}
