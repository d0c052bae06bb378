package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Collector;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PageTextTest {
    @Test
    void writesEveryValueAsSimpleclientDoes() {
        Random random = new Random(17);
        DoubleStream edges = DoubleStream.of(
                0,
                -0.0,
                1,
                -1,
                9,
                10,
                99,
                100,
                9_999_999,
                -9_999_999,
                1e7,
                -1e7,
                1e7 + 1,
                0.5,
                Double.NaN,
                1 / 0.0,
                -1 / 0.0,
                Integer.MIN_VALUE,
                Double.MIN_VALUE,
                Double.MAX_VALUE);
        DoubleStream whole = random.doubles(1_000, -1e8, 1e8).map(Math::rint);
        DoubleStream any = random.longs(1_000).mapToDouble(Double::longBitsToDouble);
        DoubleStream.concat(edges, DoubleStream.concat(whole, any)).forEach(value -> {
            PageText page = new PageText(0);
            page.appendValue(value);
            assertThat(text(page)).isEqualTo(Collector.doubleToGoString(value) + "\n");
        });
    }

    @Test
    void growsAsNeeded() {
        PageText page = new PageText(1);
        for (int line = 0; line < 1_000; line++) {
            page.append("żółw ");
            page.appendValue(line);
        }
        assertThat(text(page).lines()).hasSize(1_000).endsWith("żółw 999.0");
    }

    @Test
    void beginsAnewAlsoAfterAPageThatIsNotKept() {
        PageText page = new PageText(16);
        String line = "x".repeat(1023) + "\n";
        for (int lines = 0; lines < 5 * 1024; lines++) {
            page.append(line);
        }
        assertThat(page.take()).hasSize(5 << 20);
        assertThat(page.capacity()).as("kept").isZero();

        page.append("short\n");
        assertThat(page.capacity()).as("expected").isBetween(5 << 20, 6 << 20);
        assertThat(page.take()).asString(UTF_8).isEqualTo("short\n");

        page.appendValue(7);
        assertThat(page.take()).asString(UTF_8).isEqualTo("7.0\n");
    }

    @Test
    void keepsItsMemoryAndNothingOfThePageThatBrokeOff() {
        PageText page = new PageText(64);
        page.append("broken");
        page.clear();
        page.append("whole\n");
        assertThat(page.take()).asString(UTF_8).isEqualTo("whole\n");
        assertThat(page.capacity()).isEqualTo(64);
    }

    @Test
    void escapesWhatWouldEndTheLineOrTheLabel() {
        PageText page = new PageText(0);
        page.append(new SampleName("name", List.of("label", "back\\slash \"quoted\"\nnext")).text());
        assertThat(text(page)).isEqualTo("name{label=\"back\\\\slash \\\"quoted\\\"\\nnext\"} ");
        assertThat(PageText.escapedLines("a \"b\"\n\\")).isEqualTo("a \"b\"\\n\\\\");
    }

    private static String text(PageText page) {
        return new String(page.toBytes(), UTF_8);
    }
}
