package io.cryptobot.trading.xchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.trading.TimeInForce;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingShim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchange.ExchangeFactory;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.binance.BinanceExchange;
import org.knowm.xchange.binance.dto.trade.BinanceOrderFlags;

/** Compiles and runs the example of docs/xchange.md, which must contain exactly these lines. */
class XChangeExampleTest {
    @TempDir
    Path directory;

    @Test
    void runsAsThePageShowsIt() throws Exception {
        Map<String, String> environment =
                Map.of("CRYPTOBOT_RUN_DIR", directory.toString(), "CRYPTOBOT_HOME", directory.toString());
        CryptobotHome home = CryptobotHome.from(environment);
        TelemetrySettings telemetrySettings = TelemetrySettings.from(environment);
        Telemetry telemetry = Telemetry.open(telemetrySettings);
        Path controlFile = telemetrySettings.runDirectory().controlFile(telemetrySettings.instance());
        ExchangeSpecification specification = new ExchangeSpecification(BinanceExchange.class);
        specification.setShouldLoadRemoteMetaData(false); // no network here
        // tag::page
        XChangeSettings settings = XChangeSettings.DEFAULT
                .with(TimeInForce.IOC, org.knowm.xchange.binance.dto.trade.TimeInForce.IOC)
                .with(TimeInForce.POST_ONLY, BinanceOrderFlags.LIMIT_MAKER);
        TradingShim shim = TradingShim.builder(telemetry, controlFile, home)
                .open(XChangeClient.factory(() -> ExchangeFactory.INSTANCE.createExchange(specification), settings));
        // end::page
        assertThat(shim.mode()).isEqualTo(TradingMode.PAPER);
        assertThat(shim.exchange().name()).isEqualTo("binance");
        shim.close();
        telemetry.close();
    }

    @Test
    void standsOnThePageLetterForLetter() throws IOException {
        List<String> source =
                Files.readAllLines(Path.of("src/test/java/io/cryptobot/trading/xchange/XChangeExampleTest.java"));
        List<String> marks = source.stream().map(String::strip).toList();
        String example = String.join(
                        "\n", source.subList(marks.indexOf("// tag::page") + 1, marks.indexOf("// end::page")))
                .stripIndent();
        assertThat(Files.readString(Path.of("../docs/xchange.md"))).contains("```java\n" + example + "\n```");
    }

    @Test
    void nothingElseKnowsXChange() throws IOException {
        try (var sources = Files.walk(Path.of("src/main/java"))) {
            assertThat(sources.filter(source -> source.toString().endsWith(".java"))
                            .filter(source -> !source.toString().contains("/xchange/"))
                            .filter(XChangeExampleTest::namesXChange))
                    .isEmpty();
        }
    }

    private static boolean namesXChange(Path source) {
        try {
            String text = Files.readString(source);
            return text.contains("org.knowm") || text.contains("si.mazi") || text.contains("trading.xchange");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
