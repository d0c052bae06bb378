package io.cryptobot.trading;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.OrderBook.Level;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderBookTest {
    private static Level level(String price) {
        return new Level(new BigDecimal(price), BigDecimal.ONE);
    }

    @Test
    void refusesABookThatIsCrossedOrNotSorted() {
        assertThatThrownBy(() -> new OrderBook("X", List.of(level("2")), List.of(level("2.0"))))
                .hasMessage("book of X is crossed: bid 2, ask 2.0");
        assertThatThrownBy(() -> new OrderBook("X", List.of(level("1"), level("2")), List.of()))
                .hasMessage("book of X is not sorted: 1 before 2");
        assertThatThrownBy(() -> new OrderBook("X", List.of(), List.of(level("2"), level("2"))))
                .hasMessage("book of X is not sorted: 2 before 2");
    }
}
