package io.cryptobot.trading.paper;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderType;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.TimeInForce;
import io.cryptobot.trading.paper.JournalLine.DamagedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Restores the state at the end of a journal from its lines. {@link PaperJournal} describes their events. Confined to
 * one thread.
 */
final class JournalReader {
    private final Map<String, BigDecimal> balances = new HashMap<>();
    private final Map<String, PaperState.SavedOrder> open = new LinkedHashMap<>();
    private long run;

    private JournalReader() {}

    /**
     * Reads a whole journal. A last line without a line end is incomplete, because the process died while it wrote it;
     * it is ignored.
     *
     * @throws DamagedException if another line is damaged; the message contains the line number
     */
    static PaperState read(Path file) throws IOException, DamagedException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (!text.endsWith("\n") && !lines.isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        JournalReader reader = new JournalReader();
        for (int index = 0; index < lines.size(); index++) {
            try {
                reader.apply(JournalLine.parse(lines.get(index)));
            } catch (DamagedException | IllegalArgumentException | ArithmeticException e) {
                throw new DamagedException("line " + (index + 1) + ": " + e.getMessage());
            }
        }
        return new PaperState(reader.run, reader.balances, List.copyOf(reader.open.values()));
    }

    private void apply(JournalLine line) throws DamagedException {
        String event = line.text("event");
        switch (event) {
            case "run" -> run = line.number("run").longValueExact();
            case "balance" -> balances.put(line.text("currency"), line.number("amount"));
            case "order" -> order(line);
            case "triggered" -> change(line, BigDecimal.ZERO, BigDecimal.ZERO, true);
            case "fill" -> fill(line);
            case "end" -> open.remove(line.text("id"));
            default -> throw new DamagedException("the event " + event + " is unknown");
        }
    }

    private void order(JournalLine line) throws DamagedException {
        OrderRequest request = new OrderRequest(
                new ClientOrderId(line.text("id")),
                line.text("symbol"),
                line.constant("side", Side.class),
                line.constant("type", OrderType.class),
                line.number("quantity"),
                line.numberOrNull("limit"),
                line.numberOrNull("stop"),
                line.constant("time_in_force", TimeInForce.class));
        open.put(
                line.text("id"),
                new PaperState.SavedOrder(
                        request,
                        line.text("exchange_id"),
                        line.number("filled"),
                        line.number("value"),
                        line.text("triggered").equals("true")));
    }

    private void fill(JournalLine line) throws DamagedException {
        BigDecimal quantity = line.number("quantity");
        BigDecimal value = line.number("price").multiply(quantity);
        boolean buys = line.constant("side", Side.class) == Side.BUY;
        add(line.text("base"), buys ? quantity : quantity.negate());
        add(line.text("quote"), buys ? value.negate() : value);
        add(line.text("fee_currency"), line.number("fee").negate());
        change(line, quantity, value, false);
    }

    private void add(String currency, BigDecimal amount) throws DamagedException {
        BigDecimal before = balances.get(currency);
        if (before == null) {
            throw new DamagedException("there is no balance of " + currency);
        }
        balances.put(currency, before.add(amount));
    }

    private void change(JournalLine line, BigDecimal quantity, BigDecimal value, boolean triggers)
            throws DamagedException {
        PaperState.SavedOrder order = open.get(line.text("id"));
        if (order == null) {
            throw new DamagedException("order " + line.text("id") + " is not open");
        }
        BigDecimal filled = order.filled().add(quantity);
        if (filled.compareTo(order.request().quantity()) == 0) {
            open.remove(line.text("id"));
            return;
        }
        open.put(
                line.text("id"),
                new PaperState.SavedOrder(
                        order.request(),
                        order.exchangeOrderId(),
                        filled,
                        order.value().add(value),
                        order.triggered() || triggers));
    }
}
