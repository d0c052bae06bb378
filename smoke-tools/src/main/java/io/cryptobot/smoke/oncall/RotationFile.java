package io.cryptobot.smoke.oncall;

import io.cryptobot.smoke.config.ConfigurationException;
import io.cryptobot.smoke.config.LocatedYaml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads {@code rotation.yaml} and refuses it unless two different people are on call at any time of the 52 weeks after an
 * instant. An error of the text ends the reading; errors about people are collected and reported together. Confined to one
 * thread.
 */
final class RotationFile {
    /** The number of weeks that a rotation must cover. */
    static final int WEEKS = 52;

    private static final int MAX_SIZE_BYTES = 1 << 20;
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final Pattern PAGERDUTY_USER = Pattern.compile("P[A-Z0-9]{5,13}");

    private final LocatedYaml document;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Member> members = new LinkedHashMap<>();

    private RotationFile(LocatedYaml document) {
        this.document = document;
    }

    /**
     * {@return the rotation}
     *
     * @param from the beginning of the 52 weeks
     * @throws InvalidRotationException if it cannot be read or is not valid
     */
    static Rotation read(Path file, Instant from) throws InvalidRotationException {
        try {
            return parse(file.toString(), text(file), from);
        } catch (ConfigurationException e) {
            throw new InvalidRotationException(List.of(String.valueOf(e.getMessage())));
        }
    }

    static Rotation parse(String file, String text, Instant from) throws InvalidRotationException {
        try {
            return new RotationFile(LocatedYaml.parse(file, text, 0)).rotation(from);
        } catch (ConfigurationException e) {
            throw new InvalidRotationException(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static String text(Path file) throws ConfigurationException {
        try {
            if (Files.size(file) > MAX_SIZE_BYTES) {
                throw new ConfigurationException(file + " is larger than " + MAX_SIZE_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    file + " does not exist; unpack ops-configs and write your people into ops/oncall/rotation.yaml");
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new ConfigurationException(file + " cannot be read: " + e);
        }
    }

    private Rotation rotation(Instant from) throws ConfigurationException, InvalidRotationException {
        document.allowOnly(Set.of("zone", "handover", "first", "members", "layers", "overrides"));
        Handover handover = handover();
        readMembers();
        Map<Layer, List<Member>> turns = new EnumMap<>(Layer.class);
        LocatedYaml layers = document.get("layers");
        layers.allowOnly(Set.of(Layer.PRIMARY.key(), Layer.SECONDARY.key()));
        for (Layer layer : Layer.values()) {
            turns.put(layer, turns(layers.get(layer.key())));
        }
        List<Shift> overrides = overrides(handover);
        refuseProblems(); // the coverage cannot be proved with unknown members
        Rotation rotation = new Rotation(handover, turns, overrides);
        proveCoverage(rotation, layers, from);
        refuseProblems();
        return rotation;
    }

    private Handover handover() throws ConfigurationException {
        ZoneId zone = document.get("zone").as("a time zone such as Europe/Warsaw", ZoneId::of);
        LocatedYaml handover = document.get("handover");
        handover.allowOnly(Set.of("weekday", "time"));
        DayOfWeek weekday = handover.get("weekday")
                .as("a weekday such as Monday", text -> DayOfWeek.valueOf(text.toUpperCase(Locale.ROOT)));
        LocalTime time = handover.get("time").as("a local time such as \"09:00\"", LocalTime::parse);
        LocatedYaml first = document.get("first");
        LocalDate date = first.as("a date such as 2026-01-05", LocalDate::parse);
        if (date.getDayOfWeek() != weekday) {
            throw first.wrong(date + " is a " + name(date.getDayOfWeek()) + ", the handover is on " + name(weekday));
        }
        return new Handover(zone, date, time);
    }

    private static String name(DayOfWeek weekday) {
        return weekday.name().charAt(0) + weekday.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private void readMembers() throws ConfigurationException {
        LocatedYaml list = document.get("members");
        Map<String, String> idOfUser = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        for (LocatedYaml entry : list.list()) {
            entry.allowOnly(Set.of("id", "name", "pagerduty"));
            LocatedYaml id = entry.get("id");
            LocatedYaml name = entry.get("name");
            LocatedYaml user = entry.get("pagerduty");
            Member member = new Member(id.text(), name.text().strip(), user.text());
            if (!ID.matcher(member.id()).matches()) {
                problems.add(id.at("the id must be small letters, digits and '-', was '" + member.id() + "'"));
            }
            if (member.name().isEmpty()) {
                problems.add(name.at("the name of " + member.id() + " is empty"));
            }
            if (!PAGERDUTY_USER.matcher(member.pagerDutyUser()).matches()) {
                problems.add(user.at(
                        "expected the id of a PagerDuty user such as P1A2B3C, was '" + member.pagerDutyUser() + "'"));
            }
            if (members.put(member.id(), member) != null) {
                problems.add(id.at("the id '" + member.id() + "' stands twice"));
            } else if (idOfUser.put(member.pagerDutyUser(), member.id()) != null || !names.add(member.name())) {
                problems.add(entry.at(member.id() + " is the same person as another member"));
            }
        }
        if (members.size() < 2) {
            problems.add(list.at("two or more people are needed, found " + members.size()));
        }
    }

    private List<Member> turns(LocatedYaml list) throws ConfigurationException {
        List<Member> turns = new ArrayList<>();
        List<LocatedYaml> entries = list.list();
        if (entries.isEmpty()) {
            problems.add(list.at("the layer has nobody"));
        }
        for (LocatedYaml entry : entries) {
            member(entry).ifPresent(turns::add);
        }
        if (members.size() > 2 && turns.size() == entries.size()) {
            for (int week = 0; week < turns.size(); week++) {
                if (turns.get(week).equals(turns.get((week + 1) % turns.size()))) {
                    problems.add(entries.get(week)
                            .at(turns.get(week).id() + " has two weeks in a row in this layer, with " + members.size()
                                    + " people at hand"));
                }
            }
        }
        return turns;
    }

    private Optional<Member> member(LocatedYaml reference) throws ConfigurationException {
        String id = reference.text();
        Member member = members.get(id);
        if (member == null) {
            problems.add(reference.at("'" + id + "' is no member; members are " + String.join(", ", members.keySet())));
        }
        return Optional.ofNullable(member);
    }

    private List<Shift> overrides(Handover handover) throws ConfigurationException {
        List<Shift> shifts = new ArrayList<>();
        Optional<LocatedYaml> list = document.find("overrides");
        if (list.isEmpty()) {
            return shifts;
        }
        for (LocatedYaml entry : list.get().list()) {
            entry.allowOnly(Set.of("layer", "member", "from", "to"));
            Layer layer =
                    entry.get("layer").as("primary or secondary", text -> Layer.valueOf(text.toUpperCase(Locale.ROOT)));
            Instant from = instant(entry.get("from"), handover.zone());
            Instant to = instant(entry.get("to"), handover.zone());
            Optional<Member> member = member(entry.get("member"));
            if (!from.isBefore(to)) {
                problems.add(entry.at("the override ends before it begins"));
            } else if (from.isBefore(handover.start(0))) {
                problems.add(entry.at("the override begins before the first handover"));
            } else if (member.isPresent()) {
                Shift shift = new Shift(layer, member.get(), from, to, Shift.Planned.BY_OVERRIDE);
                if (shifts.stream().anyMatch(other -> other.layer() == layer && other.overlaps(shift))) {
                    problems.add(entry.at("the override overlaps another one of layer " + layer.key()));
                }
                shifts.add(shift);
            }
        }
        return shifts;
    }

    /** A local time that the clock skips or shows twice is refused as ambiguous. */
    private static Instant instant(LocatedYaml value, ZoneId zone) throws ConfigurationException {
        LocalDateTime local = value.as("a local time such as 2026-12-24T09:00", LocalDateTime::parse);
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
        if (offsets.size() != 1) {
            throw value.wrong(local + (offsets.isEmpty() ? " does not exist in " : " comes twice in ") + zone
                    + ": the clock is changed; take another time");
        }
        return local.toInstant(offsets.get(0));
    }

    private void proveCoverage(Rotation rotation, LocatedYaml layers, Instant from) throws ConfigurationException {
        try {
            Instant end = rotation.handover().start(rotation.handover().week(from) + 1 + WEEKS);
            Map<Layer, List<Shift>> shifts = new EnumMap<>(Layer.class);
            for (Layer layer : Layer.values()) {
                List<Shift> ofLayer = rotation.shifts(layer, from, end);
                shifts.put(layer, ofLayer);
                Coverage.gapsAndDoubles(layer, ofLayer, from, end).forEach(problem -> problems.add(layers.at(problem)));
            }
            Coverage.alone(
                            shifts.getOrDefault(Layer.PRIMARY, List.of()),
                            shifts.getOrDefault(Layer.SECONDARY, List.of()))
                    .stream()
                    .limit(5) // a wrong sequence is wrong every few weeks
                    .forEach(problem -> problems.add(layers.at(problem)));
        } catch (DateTimeException | ArithmeticException e) {
            throw layers.wrong("the weeks from " + from + " cannot be counted: " + e.getMessage());
        }
    }

    private void refuseProblems() throws InvalidRotationException {
        if (!problems.isEmpty()) {
            throw new InvalidRotationException(problems);
        }
    }
}
