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

    /** Long enough for an answer on a busy machine. A test of a hanging call waits for this time. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final ScriptedExchange exchange = new ScriptedExchange();

    private CommandHandler handler(Duration callTimeout) {
        return new CommandHandler(exchange, Optional.empty(), null, callTimeout); // no order is resolved here
    }

    @Test
    void aListThatHangsIsNotTakenForNone() {
        exchange.whileListing = CommandHandlerTest::hang;

        assertThatThrownBy(() -> handler(Duration.ofMillis(100)).handle(Command.OPEN_ORDERS, NONE))
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

        CommandResult report = handler(TIMEOUT).handle(Command.CANCEL_ALL, NONE);

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

        CommandResult report = handler(TIMEOUT).handle(Command.CANCEL_ALL, NONE);

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
