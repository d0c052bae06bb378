package io.cryptobot.smoke.mode;

import static io.cryptobot.testing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.smoke.CommandRun;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingSettings;
import io.cryptobot.trading.TradingShim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A bot in a process of its own is killed while its orders are being sent. The exchange is a directory with a file for each
 * order that has arrived; what the file says became of it.
 */
class KilledInFlightIT extends BotProcessFixture {
    private static final int THREADS = 4;

    private Path exchange;

    @BeforeEach
    void startTheBot() throws IOException {
        exchange = Files.createDirectory(home.resolve("exchange"));
        start(Bot.class);
    }

    @Test
    @Timeout(90)
    void eachOrderInFlightIsUnknownUntilItIsFoundAndLiveIsRefusedMeanwhile() throws Exception {
        await("the bot is live", () -> goLive().exitCode() == 0);
        await("each thread has sent its order", () -> arrived().size() == THREADS);
        List<String> ids = arrived();
        bot.kill();

        CommandRun dead = modeSwitch("--mode=status");
        assertThat(dead.exitCode()).isEqualTo(4);
        assertThat(dead.out())
                .contains("4 live orders were in flight when the bot was last seen")
                .contains(ids);
        CommandRun deadList = run("unknown-orders", "list");
        assertThat(deadList.exitCode()).isEqualTo(5);
        assertThat(deadList.out())
                .contains("× 4 in flight when the bot was last seen")
                .contains(ids);
        assertThat(resolve("--id=" + ids.get(3)).exitCode()).isEqualTo(4);

        bot.close();
        start(Bot.class);
        await("the next run knows the orders", () -> modeSwitch("--mode=status").exitCode() == 5);
        CommandRun status = modeSwitch("--mode=status");
        assertThat(status.out())
                .contains("mybot: PAPER, drained", "4 with an unknown outcome")
                .contains(ids);
        assertThat(status.out().lines().filter(line -> line.startsWith("    unknown: ")))
                .hasSize(THREADS);
        assertThat(run("counters", "show").out()).containsPattern("cryptobot_orders_unknown\\W+4\\b");
        assertThat(goLive())
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "× mode not set: 4 live orders have an unknown outcome; they must be reconciled first;"
                                + " check with --mode=status\n"));

        aPersonResolves(ids.get(3));

        Files.writeString(exchange.resolve(ids.get(0)), "filled");
        Files.writeString(exchange.resolve(ids.get(1)), "open");
        Files.createFile(home.resolve("answers"));
        await("live is allowed", () -> goLive().exitCode() == 0);
        List<String> log = Files.readAllLines(home.resolve("ops/logs/order_processor.log"));
        assertThat(log).filteredOn(line -> line.contains("left_in_flight")).hasSize(THREADS);
        assertThat(log)
                .filteredOn(line -> line.contains("resolved_filled"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains(ids.get(0)));
        assertThat(log)
                .filteredOn(line -> line.contains("resolved_open"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains(ids.get(1)));
        assertThat(log).filteredOn(line -> line.contains("resolved_absent")).hasSize(1);
        assertThat(arrived()).as("nothing was sent again").containsAll(ids);
    }

    private void aPersonResolves(String id) {
        assertThat(run("unknown-orders", "list").out().lines().filter(line -> line.startsWith("× ")))
                .hasSize(THREADS)
                .allMatch(line -> line.contains(" XRPETH, unknown since "));
        assertThat(resolve("--id=" + id))
                .isEqualTo(new CommandRun(0, "√ order " + id + ": cancelled, taken over by mybot\n", ""));
        assertThat(resolve("--id=" + id))
                .isEqualTo(new CommandRun(
                        1, "× not resolved: order " + id + " is not in the list of unknown orders\n", ""));
        assertThat(resolve("--nameless"))
                .isEqualTo(new CommandRun(1, "× not resolved: there is no unknown order without a name\n", ""));
        assertThat(resolve("--id=no id").exitCode()).isEqualTo(2);
        assertThat(resolve("--id=" + id, "--nameless").exitCode()).isEqualTo(2);
        await("its file follows", () -> !run("unknown-orders", "list").out().contains(id));
        assertThat(run("unknown-orders", "list").exitCode()).isEqualTo(5);
        assertThat(run("mode-audit", "verify").exitCode()).isZero();
        assertThat(audit())
                .contains(
                        "\"event\":\"resolve\"",
                        "\"event\":\"not_resolved\"",
                        "\"reason\":\"looked\",\"detail\":\"order " + id);
    }

    private CommandRun resolve(String... which) {
        return CommandRun.of(
                environment, List.of("unknown-orders", "resolve", "--outcome=cancelled", "--reason=looked"), which);
    }

    private List<String> arrived() {
        return orders(exchange);
    }

    private static List<String> orders(Path exchange) {
        try (Stream<Path> files = Files.list(exchange)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(environment, arguments);
    }

    /** The bot's process: each thread sends one order as soon as the mode is live, and never gets an answer. */
    static final class Bot {
        public static void main(String[] arguments) throws Exception {
            Path home = Path.of(arguments[0]);
            TradingShim shim = shim(home)
                    .settings(new TradingSettings(Duration.ofMillis(100), Duration.ofSeconds(1)))
                    .open(() -> new DirectoryExchange(home));
            ClientOrderIds ids = new ClientOrderIds("it", System.currentTimeMillis());
            for (int thread = 0; thread < THREADS; thread++) {
                new Thread(() -> {
                            try {
                                while (shim.mode() != TradingMode.LIVE) {
                                    TimeUnit.MILLISECONDS.sleep(1);
                                }
                                shim.processor()
                                        .process(OrderRequest.market(ids.next(), "XRPETH", Side.BUY, BigDecimal.ONE));
                            } catch (OrderException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .start();
            }
        }
    }

    private record DirectoryExchange(Path home) implements ExchangeClient {
        @Override
        public String name() {
            return "directory";
        }

        @Override
        public OrderAck place(OrderRequest request) throws OrderException {
            try {
                Files.createFile(
                        home.resolve("exchange").resolve(request.clientOrderId().value()));
                new CountDownLatch(1).await();
            } catch (IOException | InterruptedException e) {
                throw new OrderException(FailureReason.UNKNOWN, e.toString(), e);
            }
            throw new AssertionError("nobody counts down");
        }

        private List<ClientOrderId> saying(String text) throws OrderException {
            if (Files.notExists(home.resolve("answers"))) {
                throw new OrderException(FailureReason.UNKNOWN, "HTTP 503");
            }
            List<ClientOrderId> found = new ArrayList<>();
            for (String id : orders(home.resolve("exchange"))) {
                try {
                    if (Files.readString(home.resolve("exchange").resolve(id)).equals(text)) {
                        found.add(new ClientOrderId(id));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return found;
        }

        @Override
        public List<ClientOrderId> openOrders(String symbol) throws OrderException {
            return saying("open");
        }

        @Override
        public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
            return saying("filled").stream()
                    .map(id -> new OrderFill(id, BigDecimal.ONE, BigDecimal.ONE, Instant.now()))
                    .toList();
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) {}

        @Override
        public Ticker ticker(String symbol) {
            return new Ticker(symbol, BigDecimal.ONE, System.currentTimeMillis());
        }
    }
}
