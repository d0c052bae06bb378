package io.cryptobot.trading.order;

import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderDeniedException;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderProcessor;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.ModeGate;
import io.cryptobot.trading.mode.Pass;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Processes every order in the same steps: enter the gate, record that the order is sent, send it, classify the answer,
 * leave the gate. In LIVE the order goes to the exchange and in PAPER to the paper exchange. In HALT it is denied.
 *
 * <p>A bot whose client is an {@link ExchangeClient} calls {@link #process}. A bot with another client passes the call
 * that sends an order to {@link #submit} or {@link #submitAsync}; in PAPER this call is not made. All three methods
 * check, count, measure and log an order in the same way.
 *
 * <p>Thread-safe if the clients are thread-safe. For a live order with a known outcome it allocates nothing.
 */
public final class OrderGateway implements OrderProcessor {
    private final ModeGate gate;
    private final UnknownOrders unknown;
    private final OrderRoute live;
    private final OrderRoute paper;
    private final OrderSender<ExchangeClient, OrderAck, OrderException> liveSender;

    /** Only {@code TradingShim} calls this; a bot gets its gateway from {@code TradingShim}. */
    public OrderGateway(ModeGate gate, UnknownOrders unknown, OrderRoute live, OrderRoute paper) {
        this(gate, unknown, live, paper, ExchangeClient::place);
    }

    /**
     * Only {@code TradingShim} calls this; a bot gets its gateway from {@code TradingShim}.
     *
     * @param liveSender sends the live orders of {@link #process}; the shadow engine uses it to see each live order
     */
    public OrderGateway(
            ModeGate gate,
            UnknownOrders unknown,
            OrderRoute live,
            OrderRoute paper,
            OrderSender<ExchangeClient, OrderAck, OrderException> liveSender) {
        this.gate = gate;
        this.unknown = unknown;
        this.live = live;
        this.paper = paper;
        this.liveSender = liveSender;
    }

    /**
     * Sends one order.
     *
     * @param <T> the result type of the bot's client
     * @param <E> the exception type of the bot's client
     */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        /** {@return the result of the bot's client} */
        T send() throws E;
    }

    /**
     * Converts between the result type of the bot's client and the types of the platform.
     *
     * @param status returns the order's status for a result of the bot's client
     * @param paper converts the answer of the paper exchange to the result type of the bot's client
     * @param <T> the result type of the bot's client
     */
    public record Answers<T>(Function<T, OrderStatus> status, Function<OrderAck, T> paper) {}

    @Override
    public OrderAck process(OrderRequest request) throws OrderException {
        Pass pass = enter(request);
        return pass.mode() == TradingMode.LIVE
                ? send(request, pass, live.exchange(), liveSender, OrderGateway::statusOf)
                : sendToPaper(request, pass);
    }

    /**
     * Sends an order with the bot's own call.
     *
     * @param call sends the order to the exchange; called at most once
     * @throws E the exception of {@code call}; an {@link OrderException} contains the reason, any other exception
     *     counts as unknown
     * @throws OrderException if the paper exchange rejects the order
     * @throws OrderDeniedException if the trading mode denies the order
     */
    public <T, E extends Exception> T submit(OrderRequest request, Answers<T> answers, Call<T, E> call)
            throws E, OrderException {
        Pass pass = enter(request);
        return pass.mode() == TradingMode.LIVE
                ? send(request, pass, call, (own, order) -> own.send(), answers.status())
                : answers.paper().apply(sendToPaper(request, pass));
    }

    /**
     * Like {@link #submit}, for an asynchronous client. Every failure is reported in the returned future, also a
     * denial. The order is in flight until the future of {@code call} completes; a future that never completes prevents
     * the report "drained" of a switch. Cancelling the returned future does not cancel the order.
     *
     * @param call sends the order to the exchange; called at most once
     */
    public <T> CompletionStage<T> submitAsync(
            OrderRequest request, Answers<T> answers, Supplier<? extends CompletionStage<T>> call) {
        try {
            Pass pass = enter(request);
            return pass.mode() == TradingMode.LIVE
                    ? sendAsync(request, pass, call, answers.status())
                    : CompletableFuture.completedFuture(answers.paper().apply(sendToPaper(request, pass)));
        } catch (OrderException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * {@return the exchange client for a strategy} New orders go through this gateway. Cancellations, order lists and
     * prices are allowed in every mode.
     *
     * @param isPaperOrder true for an open or ended order of the paper exchange
     */
    public ExchangeClient exchange(Predicate<ClientOrderId> isPaperOrder) {
        return new GatedExchangeClient(this, live.client(), paper.client(), isPaperOrder);
    }

    private Pass enter(OrderRequest request) {
        Pass pass = gate.enter(request.clientOrderId(), request.symbol());
        if (pass.mode() == TradingMode.HALT) {
            OrderDeniedException denial = new OrderDeniedException(request.clientOrderId(), pass.mode());
            live.recorder().recordDenied(request, denial);
            throw denial;
        }
        return pass;
    }

    private OrderAck sendToPaper(OrderRequest request, Pass pass) throws OrderException {
        return send(request, pass, paper.exchange(), ExchangeClient::place, OrderGateway::statusOf);
    }

    private <C, T, E extends Exception> T send(
            OrderRequest request,
            Pass pass,
            C channel,
            OrderSender<C, T, E> sender,
            Function<T, OrderStatus> classifier)
            throws E {
        long start = recorder(pass).recordSubmitted();
        T answer;
        OrderStatus status;
        try {
            answer = sender.send(channel, request);
            status = status(answer, classifier);
        } catch (Throwable e) { // the order must always leave the gate; some languages throw undeclared exceptions
            onException(request, pass, e, start);
            throw e;
        }
        onReturn(request, pass, status, start);
        return answer;
    }

    private <T> CompletionStage<T> sendAsync(
            OrderRequest request,
            Pass pass,
            Supplier<? extends CompletionStage<T>> call,
            Function<T, OrderStatus> classifier) {
        long start = recorder(pass).recordSubmitted();
        CompletionStage<T> answer;
        try {
            answer = Objects.requireNonNull(call.get(), "the exchange client has returned no future");
        } catch (Throwable e) {
            onException(request, pass, e, start);
            return CompletableFuture.failedFuture(e);
        }
        CompletionStage<T> ended = answer.whenComplete((value, failure) -> {
            if (failure != null) {
                onException(request, pass, failure, start);
                return;
            }
            OrderStatus status;
            try {
                status = status(value, classifier);
            } catch (Throwable e) {
                onException(request, pass, e, start);
                throw e;
            }
            onReturn(request, pass, status, start);
        });
        // The bot gets a copy: if it completes or cancels the copy, our stage still sees the end of the order.
        return ended.thenApply(value -> value);
    }

    private static OrderStatus statusOf(OrderAck ack) {
        return Objects.requireNonNull(ack, "the exchange client has returned null")
                .status();
    }

    private static <T> OrderStatus status(T answer, Function<T, OrderStatus> classifier) {
        return Objects.requireNonNull(classifier.apply(answer), "the order has no status");
    }

    private OrderRecorder recorder(Pass pass) {
        return (pass.mode() == TradingMode.LIVE ? live : paper).recorder();
    }

    private void onReturn(OrderRequest request, Pass pass, OrderStatus status, long start) {
        recorder(pass).recordReturn(request, status, start);
        leave(request, pass, status);
    }

    private void onException(OrderRequest request, Pass pass, Throwable failure, long start) {
        recorder(pass).recordException(request, failure, start);
        leave(request, pass, FailureReason.of(failure).isUnknown() ? OrderStatus.UNKNOWN : OrderStatus.REJECTED);
    }

    private void leave(OrderRequest request, Pass pass, OrderStatus status) {
        if (pass.mode() != TradingMode.LIVE) {
            return;
        }
        if (status == OrderStatus.UNKNOWN) {
            unknown.add(request);
            unknown.onceStored(gate.exitUnknown(pass));
        } else {
            gate.exit(pass);
        }
    }
}
