package io.cryptobot.trading.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Counter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TradingMode;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Counter lost = new Counter();

    @TempDir
    Path directory;

    @Test
    void aLineHasTheFieldsThatItAlwaysHad() throws Exception {
        Instant before = Instant.now();
        try (OrderLog log = OrderLog.open(file(), lost)) {
            OrderRequest request = order("bot-1", "żółć\u0001\ud83d\ude80\"", new BigDecimal("1E+3"));
            log.append(TradingMode.LIVE, "binance", request, "filled", null, null, 1_234_567, System.nanoTime());
            log.append(TradingMode.PAPER, "kraken", new ClientOrderId("bot-2"), "XRPETH", "resolved_absent");
            log.append(
                    TradingMode.HALT,
                    "binance",
                    order("bot-3", "XRPETH", new BigDecimal("0.000000000000000001")),
                    "failed",
                    "auth",
                    "api_key=s3cr3ts3cr3t\nrefused",
                    0,
                    System.nanoTime());
        }
        List<JsonNode> lines = lines();
        assertThat(fields(lines.get(0)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mode", "live",
                        "exchange", "binance",
                        "client_order_id", "bot-1",
                        "symbol", "żółć\u0001\ud83d\ude80\"",
                        "side", "buy",
                        "type", "market",
                        "quantity", "1000",
                        "outcome", "filled",
                        "latency_ms", "1.235",
                        "attempt", "1"));
        assertThat(fields(lines.get(1)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mode", "paper",
                        "exchange", "kraken",
                        "client_order_id", "bot-2",
                        "symbol", "XRPETH",
                        "outcome", "resolved_absent"));
        assertThat(fields(lines.get(2)))
                .containsEntry("quantity", "0.000000000000000001")
                .containsEntry("reason", "auth")
                .containsEntry("client_order_id", "bot-3");
        assertThat(lines.get(2).get("detail").asText()).doesNotContain("s3cr3t").endsWith("refused");
        for (JsonNode line : lines) {
            assertThat(Instant.parse(line.get("time").asText()))
                    .isBetween(
                            before.minus(Duration.ofSeconds(1)), Instant.now().plus(Duration.ofSeconds(1)));
        }
    }

    @Test
    void everyOutcomeOfManyThreadsIsWrittenOrCountedAsDropped() throws Exception {
        int threads = 3;
        int each = 20_000;
        OrderLog log = OrderLog.open(file(), lost);
        List<Thread> senders = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            String prefix = "t" + thread + "-";
            senders.add(new Thread(() -> {
                for (int order = 0; order < each; order++) {
                    // all fields have the same value, so that a mixture of two outcomes is detected
                    String id = prefix + order;
                    log.append(TradingMode.LIVE, id, order(id, id, BigDecimal.ONE), id, id, id, order, 0);
                }
            }));
        }
        senders.forEach(Thread::start);
        for (Thread sender : senders) {
            sender.join();
        }
        log.close();
        Map<String, Integer> last = new HashMap<>();
        List<JsonNode> lines = lines();
        assertThat(lines.size() + lost.getCount()).isEqualTo(threads * each);
        assertThat(lines).hasSizeGreaterThanOrEqualTo(4096);
        for (JsonNode line : lines) {
            String id = line.get("client_order_id").asText();
            for (String field : List.of("exchange", "symbol", "outcome", "reason", "detail")) {
                assertThat(line.get(field).asText()).isEqualTo(id);
            }
            int number = Integer.parseInt(id.substring(3));
            Integer before = last.put(id.substring(0, 2), number);
            assertThat(before == null ? -1 : before)
                    .as("the order of one thread")
                    .isLessThan(number);
        }
    }

    @Test
    void outcomesThatTheDiskRefusesAreCounted() throws Exception {
        Files.createDirectory(file()); // at the path of the file
        try (OrderLog log = OrderLog.open(file(), lost)) {
            for (int order = 0; order < 3; order++) {
                log.append(TradingMode.LIVE, "binance", new ClientOrderId("bot-" + order), "XRPETH", "filled");
            }
        }
        assertThat(lost.getCount()).isEqualTo(3);
    }

    @Test
    void aLineOfAnOrderThatSucceededAllocatesNothing() {
        OutcomeQueue queue = new OutcomeQueue(2);
        OrderRequest request = order("bot-1", "XRPETH", new BigDecimal("1234.50000001"));
        JsonLine lines = new JsonLine();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 50 && allocated > 1_000; round++) { // the first rounds are interpreted
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int order = 0; order < 10_000; order++) {
                assertTrue(queue.offer(TradingMode.LIVE, "binance", request, "filled", null, null, order, 0));
                OrderLog.json(lines, Objects.requireNonNull(queue.take()), order);
                lines.endLine();
                lines.clear();
                queue.release();
            }
            allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        }
        assertThat(allocated / 10_000).isZero();
    }

    @Test
    void aFullQueueRefusesAndGoesOnWhenItWasEmptied() {
        OutcomeQueue queue = new OutcomeQueue(4);
        for (int round = 0; round < 3; round++) {
            for (int order = 0; order < 4; order++) {
                assertTrue(offer(queue, "o" + order));
            }
            assertThat(offer(queue, "too many")).isFalse();
            for (int order = 0; order < 4; order++) {
                OutcomeQueue.Slot slot = queue.take();
                assertThat(slot).isNotNull();
                assertThat(slot.outcome).isEqualTo("o" + order);
            }
            assertThat(queue.take()).isNull();
            assertThat(offer(queue, "before the release")).isFalse();
            queue.release();
        }
    }

    @Test
    void aSlotThatIsUsedAgainTellsNothingOfItsFormerOrder() {
        OutcomeQueue queue = new OutcomeQueue(1);
        OrderRequest request = order("bot-1", "XRPETH", BigDecimal.ONE);
        assertTrue(queue.offer(TradingMode.LIVE, "binance", request, "failed", "auth", "refused", 1, 2));
        queue.take();
        queue.release();
        assertTrue(queue.offer(TradingMode.PAPER, "kraken", request, "filled", null, null, 3, 4));
        OutcomeQueue.Slot slot = Objects.requireNonNull(queue.take());
        assertThat(slot.mode).isEqualTo(TradingMode.PAPER);
        assertThat(slot.exchange).isEqualTo("kraken");
        assertThat(slot.reason).isNull();
        assertThat(slot.detail).isNull();
        queue.release();
        assertTrue(offer(queue, "cancelled"));
        assertThat(Objects.requireNonNull(queue.take()).request).isNull();
    }

    @Test
    void anOutcomeThatIsStillBeingHandedInIsNotTaken() {
        OutcomeQueue queue = new OutcomeQueue(2);
        queue.claim();
        assertThat(queue.take()).isNull();
    }

    private static boolean offer(OutcomeQueue queue, String outcome) {
        return queue.offer(TradingMode.LIVE, "binance", "bot-1", "XRPETH", outcome, 0);
    }

    private static void assertTrue(boolean offered) {
        if (!offered) {
            throw new AssertionError("the queue is full");
        }
    }

    private static OrderRequest order(String id, String symbol, BigDecimal quantity) {
        return OrderRequest.market(new ClientOrderId(id), symbol, Side.BUY, quantity);
    }

    private static Map<String, String> fields(JsonNode line) {
        Map<String, String> fields = new HashMap<>();
        line.properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        fields.remove("time");
        return fields;
    }

    private List<JsonNode> lines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file())) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private Path file() {
        return directory.resolve("orders.log");
    }
}
