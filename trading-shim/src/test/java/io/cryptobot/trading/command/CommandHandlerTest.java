package io.cryptobot.trading.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ScriptedExchange;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommandHandlerTest {
    private static final CommandResult NONE = new CommandResult.Builder().build();

    private final ScriptedExchange exchange = new ScriptedExchange();
    private final CommandHandler handler =
            new CommandHandler(exchange, Optional.empty(), null, Duration.ofMillis(100)); // no order is resolved here

    @Test
    void aListThatHangsIsNotTakenForNone() {
        exchange.whileListing = CommandHandlerTest::hang;

        assertThatThrownBy(() -> handler.handle(Command.OPEN_ORDERS, NONE))
                .hasMessage("not confirmed: no answer in 100 ms");
    }

    @Test
    void cancellationsWhoseEffectCannotBeListedAreNotConfirmed() throws Exception {
        AtomicInteger lists = new AtomicInteger();
        exchange.open.add(new ClientOrderId("a1"));
        exchange.whileListing = () -> {
            if (lists.incrementAndGet() == 2) {
                hang();
            }
        };

        CommandResult report = handler.handle(Command.CANCEL_ALL, NONE);

        assertThat(report.first("open")).isEmpty();
        assertThat(report.number("cancelled")).isZero();
        assertThat(report.number("unconfirmed")).isEqualTo(1);
        assertThat(exchange.cancelled).hasSize(1);
    }

    @Test
    void moreCancellationsThanThreadsThatHangDoNotAddUp() throws Exception {
        for (int order = 0; order < 50; order++) {
            exchange.open.add(new ClientOrderId("a" + order));
        }
        exchange.whileCancelling = id -> hang();

        CommandResult report = handler.handle(Command.CANCEL_ALL, NONE);

        assertThat(report.number("unconfirmed")).isEqualTo(50);
        assertThat(report.number("open")).isEqualTo(50);
        assertThat(exchange.cancelled).isEmpty();
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("given up", e);
        }
    }
}
