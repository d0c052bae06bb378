package io.cryptobot.trading.order;

import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderBlockedException;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.Pass;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * For a bot with an exchange client of its own kind: it wraps the one call that sends an order, and what is counted, timed,
 * logged and gated is the same as for an {@link ExchangeClient}. In PAPER the lambda does not run; the paper exchange's
 * answer is put into the bot's words instead. Thread-safe.
 *
 * <p>A future counts as in flight until it completes, however long that takes: one that never does keeps the gate from
 * reporting "drained", since nobody knows. Cancelling the future that is given back proves nothing and changes nothing.
 *
 * @param <T> the bot's word for an accepted order
 */
public final class GatedCalls<T> {
    private final Way way;
    private final Words<T> words;

    public GatedCalls(Way way, Words<T> words) {
        this.way = way;
        this.words = words;
    }

    /**
     * What stands between a call and the exchange.
     *
     * @param orders the gate
     * @param recorder of live orders
     * @param paper where orders go in PAPER
     * @param blocked who counts what the gate refuses
     */
    public record Way(
            LiveOrders orders, OrderRecorder recorder, ExchangeClient paper, InstrumentedOrderProcessor blocked) {}

    /**
     * How the bot says what the platform says.
     *
     * @param status how far an order has come, by what the bot's client has returned
     * @param paper what the bot's client would have returned for an order that the paper exchange has accepted
     */
    public record Words<T>(Function<T, OrderStatus> status, Function<OrderAck, T> paper) {}

    /**
     * Sends one order.
     *
     * @param <T> what it returns
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        /** {@return the acceptance} */
        T send() throws E;
    }

    /**
     * Sends an order where the mode lets it go.
     *
     * @param live sends it to the exchange, once
     * @throws E what {@code live} throws; an {@link OrderException} tells the reason, all else counts as unknown
     * @throws OrderException when the paper exchange refuses the order
     * @throws OrderBlockedException when the trading mode allows no order
     */
    public <E extends Exception> T submit(OrderRequest request, Call<T, E> live) throws E, OrderException {
        Pass pass = way.orders().enter(request);
        return switch (pass.mode()) {
            case LIVE -> submitLive(request, pass, live);
            case PAPER -> words.paper().apply(way.paper().place(request));
            case HALT -> throw blocked(request, pass.mode());
        };
    }

    private <E extends Exception> T submitLive(OrderRequest request, Pass pass, Call<T, E> live) throws E {
        long start = way.recorder().submitted();
        T answer;
        OrderStatus status;
        try {
            answer = live.send();
            status = statusOf(answer);
        } catch (Throwable e) {
            threw(request, pass, e, start);
            throw e;
        }
        returned(request, pass, status, start);
        return answer;
    }

    /**
     * As {@link #submit}, for a client that answers later. What goes wrong is in the future, a refusal by the gate included.
     *
     * @param live sends the order to the exchange, once
     */
    public CompletionStage<T> submitAsync(OrderRequest request, Supplier<? extends CompletionStage<T>> live) {
        Pass pass = way.orders().enter(request);
        return switch (pass.mode()) {
            case LIVE -> submitLiveAsync(request, pass, live);
            case PAPER -> {
                try {
                    yield CompletableFuture.completedFuture(
                            words.paper().apply(way.paper().place(request)));
                } catch (OrderException | RuntimeException e) {
                    yield CompletableFuture.failedFuture(e);
                }
            }
            case HALT -> CompletableFuture.failedFuture(blocked(request, pass.mode()));
        };
    }

    private CompletionStage<T> submitLiveAsync(
            OrderRequest request, Pass pass, Supplier<? extends CompletionStage<T>> live) {
        long start = way.recorder().submitted();
        CompletionStage<T> answer;
        try {
            answer = Objects.requireNonNull(live.get(), "the exchange client has returned no future");
        } catch (Throwable e) {
            threw(request, pass, e, start);
            return CompletableFuture.failedFuture(e);
        }
        CompletionStage<T> ended = answer.whenComplete((value, failure) -> {
            if (failure != null) {
                threw(request, pass, failure, start);
                return;
            }
            OrderStatus status;
            try {
                status = statusOf(value);
            } catch (Throwable e) {
                threw(request, pass, e, start);
                throw e;
            }
            returned(request, pass, status, start);
        });
        // Another stage for the bot: one that it had completed or cancelled would not be told of the order's end.
        return ended.thenApply(value -> value);
    }

    private OrderStatus statusOf(T answer) {
        return Objects.requireNonNull(words.status().apply(answer), "the order has no status");
    }

    private void returned(OrderRequest request, Pass pass, OrderStatus status, long start) {
        way.recorder().returned(request, status, start);
        if (status == OrderStatus.UNKNOWN) {
            way.orders().endUnknown(request, pass);
        } else {
            way.orders().end(pass);
        }
    }

    private void threw(OrderRequest request, Pass pass, Throwable failure, long start) {
        way.recorder().threw(request, failure, start);
        way.orders().endThrown(request, pass, failure);
    }

    private OrderBlockedException blocked(OrderRequest request, TradingMode mode) {
        OrderBlockedException refusal = new OrderBlockedException(request.clientOrderId(), mode);
        way.blocked().blocked(request, refusal);
        return refusal;
    }
}
