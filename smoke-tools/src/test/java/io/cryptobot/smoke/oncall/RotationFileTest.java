package io.cryptobot.smoke.oncall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationFileTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String VALID = """
            zone: Europe/Warsaw
            handover: {weekday: Monday, time: "09:00"}
            first: 2026-01-05
            members:
              - {id: anna, name: Anna A, pagerduty: PANNA01}
              - {id: jan, name: Jan J, pagerduty: PJAN001}
              - {id: ewa, name: Ewa E, pagerduty: PEWA001}
            layers:
              primary: [anna, jan, ewa]
              secondary: [jan, ewa, anna]
            overrides:
              - {layer: primary, member: jan, from: 2026-12-24T09:00, to: 2026-12-27T09:00}
            """;

    @Test
    void takesTurnsByWeekAndLetsAnOverrideIn() throws InvalidRotationException {
        Rotation rotation = RotationFile.parse("r.yaml", VALID, NOW);

        assertThat(who(rotation, "2026-01-05T08:00:00Z")).isEqualTo("anna jan"); // 09:00 in winter
        assertThat(who(rotation, "2026-01-12T07:59:59Z")).isEqualTo("anna jan");
        assertThat(who(rotation, "2026-01-12T08:00:00Z")).isEqualTo("jan ewa");
        assertThat(who(rotation, "2026-03-30T06:59:59Z")).isEqualTo("ewa anna");
        assertThat(who(rotation, "2026-03-30T07:00:00Z")).isEqualTo("anna jan"); // 09:00 in summer
        assertThat(who(rotation, "2026-12-24T07:59:59Z")).isEqualTo("ewa anna");
        assertThat(rotation.onCall(Layer.PRIMARY, Instant.parse("2026-01-05T07:59:59Z")))
                .isEmpty();
        assertThat(rotation.shifts(
                        Layer.PRIMARY, Instant.parse("2026-12-21T08:00:00Z"), Instant.parse("2026-12-28T08:00:00Z")))
                .extracting(shift -> shift.member().id() + " " + shift.from() + " " + shift.planned())
                .containsExactly(
                        "ewa 2026-12-21T08:00:00Z BY_ORDER",
                        "jan 2026-12-24T08:00:00Z BY_OVERRIDE",
                        "ewa 2026-12-27T08:00:00Z BY_ORDER");
    }

    private static String who(Rotation rotation, String instant) {
        Instant at = Instant.parse(instant);
        return rotation.onCall(Layer.PRIMARY, at).orElseThrow().member().id() + " "
                + rotation.onCall(Layer.SECONDARY, at).orElseThrow().member().id();
    }

    @Test
    void refusesWhatIsNotARotation() {
        assertThat(problems("")).containsExactly("r.yaml:1: the document is empty");
        assertThat(problems("zone: [")).singleElement().asString().startsWith("r.yaml:1: ");
        assertThat(problems(VALID + "---\na: 1\n")).containsExactly("r.yaml:14: a second document");
        assertThat(problems("- a\n")).containsExactly("r.yaml:1: expected a mapping, found a list");
    }

    /** Each changes one place of a valid file; the message names the place and the mistake. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "zone: Europe/Warsaw | zone: Europe/Warschau | 1: expected a time zone such as Europe/Warsaw, was 'Europe/Warschau'",
                "zone: Europe/Warsaw | phone: 1              | 1: unknown key 'phone'; known are first, handover, layers, members, overrides, zone",
                "first: 2026-01-05   | zone: UTC             | 3: Duplicate field 'zone'",
                "first: 2026-01-05   | ''                    | 1: the key 'first' is missing",
                "first: 2026-01-05   | first: 2026-01-06     | 3: 2026-01-06 is a Tuesday, the handover is on Monday",
                "weekday: Monday     | weekday: Funday       | 2: expected a weekday such as Monday, was 'Funday'",
                "time: \"09:00\"     | time: 9               | 2: expected a local time such as \"09:00\", was '9'",
                "name: Jan J         | name: 7               | 6: expected a text, found a number, true, false or nothing ('7')",
                "name: Jan J         | phone: '+48 1'        | 6: unknown key 'phone'; known are id, name, pagerduty",
                "PJAN001             | jan@example.com       | 6: expected the id of a PagerDuty user such as P1A2B3C, was 'jan@example.com'",
                "id: jan             | id: Jan Maria         | 6: the id must be small letters, digits and '-', was 'Jan Maria'",
                "id: jan, name: Jan J| id: ann, name: Anna A | 6: ann is the same person as another member",
                "PJAN001             | PANNA01               | 6: jan is the same person as another member",
                "id: jan             | id: anna              | 6: the id 'anna' stands twice",
                "primary: [anna, jan, ewa] | primary: []     | 9: the layer has nobody",
                "primary: [anna, jan, ewa] | primary: jan    | 9: expected a list, found a text ('jan')",
                "primary: [anna, jan, ewa] | primary: [anna, zoe, ewa] | 9: 'zoe' is no member; members are anna, jan, ewa",
                "primary: [anna, jan, ewa] | primary: [anna, anna, jan] | 9: anna has two weeks in a row in this layer, with 3 people at hand",
                "primary: [anna, jan, ewa] | primary: [anna, jan, anna] | 9: anna has two weeks in a row in this layer, with 3 people at hand",
                "primary: [anna, jan, ewa] | tertiary: [ewa] | 9: unknown key 'tertiary'; known are primary, secondary",
                "member: jan,        | member: zoe,          | 12: 'zoe' is no member; members are anna, jan, ewa",
                "layer: primary      | layer: third          | 12: expected primary or secondary, was 'third'",
                "to: 2026-12-27T09:00| to: 2026-12-24T09:00  | 12: the override ends before it begins",
                "from: 2026-12-24T09:00 | from: 2025-12-24T09:00 | 12: the override begins before the first handover",
                "from: 2026-12-24T09:00 | from: 2026-12-24   | 12: expected a local time such as 2026-12-24T09:00, was '2026-12-24'",
                "from: 2026-12-24T09:00 | from: 2026-10-25T02:30 | 12: 2026-10-25T02:30 comes twice in Europe/Warsaw: the clock is changed; take another time",
                "from: 2026-12-24T09:00 | from: 2026-03-29T02:30 | 12: 2026-03-29T02:30 does not exist in Europe/Warsaw: the clock is changed; take another time",
                "member: jan,        | member: jan, phone: 1, | 12: unknown key 'phone'; known are from, layer, member, to",
            })
    void namesThePlaceOfAMistake(String part, String instead, String problem) {
        assertThat(VALID).contains(part);
        String changed = VALID.replace(part, instead);
        assertThat(problems(changed)).first().asString().isEqualTo("r.yaml:" + problem);
    }

    @Test
    void refusesOnePerson() {
        String alone = VALID.replaceAll("(?m)^  - \\{id: (jan|ewa).*\\R", "")
                .replaceAll("(primary|secondary): \\[.*]", "$1: [anna]")
                .replaceAll("(?s)overrides:.*", "");

        assertThat(problems(alone)).containsExactly("r.yaml:5: two or more people are needed, found 1");
    }

    @Test
    void letsTwoPeopleTakeTurns() {
        String two = VALID.replaceAll("(?m)^  - \\{id: ewa.*\\R", "")
                .replaceAll("primary: \\[.*]", "primary: [anna, jan]")
                .replaceAll("secondary: \\[.*]", "secondary: [jan, anna]")
                .replaceAll("(?s)overrides:.*", "");

        assertThat(problems(two)).isEmpty();
    }

    @Test
    void refusesOnePersonInBothLayers() {
        assertThat(problems(VALID.replace("secondary: [jan, ewa, anna]", "secondary: [jan, ewa]")))
                .hasSize(5)
                .contains("r.yaml:9: ewa is primary and secondary at once from 2026-11-30T08:00:00Z to"
                        + " 2026-12-07T08:00:00Z");
    }

    @Test
    void refusesAnOverrideThatLeavesOnePersonAlone() {
        String mid = VALID.replace(
                "from: 2026-12-24T09:00, to: 2026-12-27T09:00", "from: 2026-12-22T09:00, to: 2026-12-29T09:00");

        assertThat(problems(mid.replace("member: jan,", "member: ewa,"))).isEmpty();
        assertThat(problems(VALID.replace("layer: primary, member: jan", "layer: secondary, member: ewa")))
                .containsExactly("r.yaml:9: ewa is primary and secondary at once from 2026-12-24T08:00:00Z to"
                        + " 2026-12-27T08:00:00Z");
    }

    @Test
    void refusesOverridesThatOverlap() {
        String more = VALID + "  - {layer: primary, member: jan, from: 2026-12-26T09:00, to: 2026-12-28T09:00}\n";

        assertThat(problems(more)).containsExactly("r.yaml:13: the override overlaps another one of layer primary");
        assertThat(problems(more.replace("from: 2026-12-26T09:00", "from: 2026-12-27T09:00")))
                .isEmpty();
    }

    @Test
    void refusesARotationThatHasNotBegun() throws InvalidRotationException {
        assertThat(problems(VALID.replace("2026-01-05", "2026-11-30").replaceAll("(?s)overrides:.*", "")))
                .containsExactly(
                        "r.yaml:9: nobody is primary from 2026-11-25T12:00:00Z to 2026-11-30T08:00:00Z",
                        "r.yaml:9: nobody is secondary from 2026-11-25T12:00:00Z to 2026-11-30T08:00:00Z");
    }

    private static List<String> problems(String yaml) {
        InvalidRotationException invalid =
                catchThrowableOfType(InvalidRotationException.class, () -> RotationFile.parse("r.yaml", yaml, NOW));
        return invalid == null ? List.of() : invalid.problems();
    }
}
