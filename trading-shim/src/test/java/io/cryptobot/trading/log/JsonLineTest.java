package io.cryptobot.trading.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonLine line = new JsonLine();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "XRPETH",
                "said \"no\" \\ and left",
                "\b\t\n\f\r\u0000\u001f\u007f",
                "\u0080 żółć \u07ff",
                "\u0800 価格 \uffff",
                "\ud83d\ude80 to the moon \udbff\udfff"
            })
    void aTextIsReadAsItWas(String text) throws Exception {
        assertThat(parsed(line.text("symbol", text).end()).get("symbol").asText())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\ud83d", "cut off \ud83d", "\ude80 at first", "\ude80\ud83d", "x\ud83dx", "\ud800", "\udfff"})
    void halfACharacterIsReplacedAsEverywhereInJava(String text) throws Exception {
        assertThat(parsed(line.text("symbol", text).end()).get("symbol").asText())
                .isEqualTo(new String(text.getBytes(UTF_8), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "0.00",
                "0E+5",
                "1",
                "10",
                "1E+3",
                "0.1",
                "-0.1",
                "1E-8",
                "0.000000000000001",
                "1E-16",
                "1E-18",
                "999999999999999",
                "99999999999999.9",
                "0.999999999999999",
                "9007199254740993",
                "123456789012345678",
                "0.123456789012345678",
                "999999999999999999.999999999999999999",
                "-12.50",
                "4503599627370496.5",
                "123456789012345678901234567890"
            })
    void aDecimalHasAllItsDigitsAndNoExponent(String number) throws Exception {
        assertThat(decimal(new BigDecimal(number))).isEqualTo(new BigDecimal(number).toPlainString());
    }

    @Test
    void anyDecimalHasAllItsDigits() throws Exception {
        Random random = new Random(20261125);
        for (int round = 0; round < 200_000; round++) {
            // mostly at the limit of a double's precision
            int bits = random.nextInt(100) < 90 ? 40 + random.nextInt(12) : random.nextInt(100);
            BigDecimal number = new BigDecimal(new BigInteger(bits, random), random.nextInt(20) - 2);
            assertThat(decimal(number)).isEqualTo(number.toPlainString());
        }
    }

    @Test
    void numbersAreReadAsTheyWere() throws Exception {
        for (long number : new long[] {0, 9, 10, -1, 1234567890123456789L, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(parsed(line.count("n", number).end()).get("n").asLong()).isEqualTo(number);
        }
        for (double number : new double[] {0, 0.001, 0.999, 1, -0.001, -12.345, 750.25, 86_400_000}) {
            assertThat(parsed(line.number("ms", number).end()).get("ms").asDouble())
                    .isEqualTo(number);
        }
        assertThat(line.number("ms", 1.0005).end()).isEqualTo("{\"ms\":1.001}");
    }

    @Test
    void aTimeIsReadAsItWasToTheMicrosecond() throws Exception {
        for (String text : List.of(
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999999Z",
                "2026-11-25T00:00:00.000001Z",
                "2026-11-25T23:59:59.999999999Z",
                "2028-02-29T09:05:07.010203Z")) {
            Instant time = Instant.parse(text);
            long nanos = TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
            String written = parsed(line.time("time", nanos).end()).get("time").asText();
            assertThat(written).hasSize(27);
            assertThat(Instant.parse(written)).isEqualTo(time.truncatedTo(ChronoUnit.MICROS));
        }
    }

    @Test
    void manyLinesFollowEachOtherAndOneThatFailedLeavesNothing() throws Exception {
        line.text("a", "1").count("b", 2).endLine();
        line.text("half", "of it");
        line.dropLine();
        line.text("a", "x".repeat(5_000)).endLine();
        String[] lines = UTF_8.decode(line.lines()).toString().split("\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).isEqualTo("{\"a\":\"1\",\"b\":2}");
        assertThat(parsed(lines[1]).get("a").asText()).hasSize(5_000);
        line.clear();
        assertThat(line.size()).isZero();
        line.count("c", 3).endLine();
        assertThat(UTF_8.decode(line.lines()).toString()).isEqualTo("{\"c\":3}\n");
    }

    private String decimal(BigDecimal number) throws Exception {
        String text = line.decimal("quantity", number).end();
        return text.substring("{\"quantity\":\"".length(), text.length() - "\"}".length());
    }

    private static JsonNode parsed(String text) throws Exception {
        return JSON.readTree(text);
    }
}
