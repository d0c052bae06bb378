package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the example of the README, which must contain exactly these lines. */
class ReadmeExampleTest {
    @TempDir
    Path directory;

    @Test
    void runsAsReadmeShowsIt() throws Exception {
        Map<String, String> environment =
                Map.of("CRYPTOBOT_RUN_DIR", directory.toString(), "CRYPTOBOT_HOME", directory.toString());
        ExchangeClient myExchange = new ScriptedExchange();
        // tag::readme
        CryptobotHome home = CryptobotHome.from(environment);
        TelemetrySettings settings = TelemetrySettings.from(environment);
        Telemetry telemetry = Telemetry.open(settings);
        TradingShim shim =
                TradingShim.open(telemetry, myExchange, settings.runDirectory().controlFile(settings.instance()), home);

        ClientOrderIds ids = new ClientOrderIds("bot", System.currentTimeMillis());
        OrderRequest order = OrderRequest.market(ids.next(), "BTCUSDT", Side.BUY, new BigDecimal("0.01"));
        OrderAck ack = shim.processor().process(order); // on paper until mode-switch --mode=live
        // end::readme
        assertThat(ack.status()).isEqualTo(OrderStatus.FILLED);
        assertThat(telemetry.orders(OrderMode.PAPER).filled().getCount()).isEqualTo(1);
        shim.close();
        telemetry.close();
    }

    @Test
    void standsInReadmeLetterForLetter() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/io/cryptobot/trading/ReadmeExampleTest.java"));
        int from = indexOf(source, "// tag::readme");
        int to = indexOf(source, "// end::readme");
        String example = String.join("\n", source.subList(from + 1, to)).stripIndent();
        assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + example + "\n```");
    }

    private static int indexOf(List<String> lines, String mark) {
        return lines.stream().map(String::strip).toList().indexOf(mark);
    }
}
