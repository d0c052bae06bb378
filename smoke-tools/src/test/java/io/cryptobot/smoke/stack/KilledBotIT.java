package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.chain.OrderCounts;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.smoke.localservices.SlackMessage;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A bot in paper mode that dies as in a crash, under the shipped rules and routes. */
@OneJdk
@RealEngines
class KilledBotIT {
    private static final String UP = "cryptobot_up{bot=\"cryptobot-desktop\"}";
    private static final String PAPER_MODE = "cryptobot_trading_mode{bot=\"cryptobot-desktop\",mode=\"paper\"}";
    private static final String FILLED = "cryptobot_orders_filled_total{bot=\"cryptobot-desktop\",mode=\"paper\"}";

    @Test
    void itsCountersStayAndNobodyIsWoken() throws Exception {
        try (LocalStack stack = LocalStack.prepare(Programs.find(System.getenv()), new RandomWalk(1, 0), 1)) {
            ChainAddresses addresses = stack.start(part -> {});
            URI page = addresses.exporter().resolve("/metrics");
            awaitPage(page, text -> value(text, UP) == 1 && value(text, FILLED) >= 10);

            ManagedProcess bot = stack.process("bot");
            bot.kill();
            String dead = awaitPage(page, text -> value(text, UP) == 0);

            assertThat(bot.isAlive()).isFalse();
            assertThat(bot.diagnosis()).startsWith("bot ended with exit code 137; end of its output: ");
            OrderCounts counts = new OrderCounts(RunDirectory.from(stack.environment()), stack.bot());
            assertThat(value(dead, FILLED))
                    .isGreaterThanOrEqualTo(10)
                    .isEqualTo(counts.read(MetricCatalog.ORDERS_FILLED, OrderMode.PAPER));
            assertThat(value(dead, PAPER_MODE)).isEqualTo(1);
            assertThat(value(dead, "cryptobot_clean_exit{bot=\"cryptobot-desktop\"}"))
                    .isZero();

            // The warning fires after the same 10 s as the page would, so its message ends the wait for the page.
            SlackMessage warning = stack.receivers()
                    .awaitSlack(message -> message.title().contains("CryptobotDown"), Duration.ofSeconds(30))
                    .orElseThrow();
            assertThat(warning.title()).contains("FIRING", "(warning, paper)");
            assertThat(warning.channel()).isEqualTo("#cryptobot-alerts");
            assertThat(stack.receivers().awaitPagerDuty(event -> true, Duration.ofSeconds(3)))
                    .as("pages")
                    .isEmpty();
            assertThat(value(HttpProbe.get(page), UP)).isZero();
        }
    }

    private static String awaitPage(URI page, Predicate<String> wanted) {
        return Await.awaitValue("the page of the exporter is as expected", () -> HttpProbe.get(page), wanted);
    }

    /** {@return the value of a sample, NaN where it is not on the page} */
    private static double value(String page, String series) {
        Matcher sample = Pattern.compile("^" + Pattern.quote(series) + " (\\S+)$", Pattern.MULTILINE)
                .matcher(page);
        return sample.find() ? Double.parseDouble(sample.group(1)) : Double.NaN;
    }
}
