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
 * The one way of every order: enter the gate, record that it is sent, send it, classify the answer, leave the gate. In LIVE the
 * order goes to the exchange, in PAPER to the paper exchange, in HALT nowhere.
 *
 * <p>A bot whose client is an {@link ExchangeClient} calls {@link #process}. A bot with another client wraps its one call that
 * sends an order with {@link #submit} or {@link #submitAsync}; in PAPER that call is not made. All three count, time, log and
 * gate an order in the same way.
 *
 * <p>Thread-safe if the clients are. A live order whose outcome is known allocates nothing.
 */
public final class OrderGateway implements OrderProcessor {
    private final ModeGate gate;
    private final UnknownOrders unknown;
    private final OrderRoute live;
    private final OrderRoute paper;
    private final OrderSender<ExchangeClient, OrderAck, OrderException> liveSender;

    /** For {@code TradingShim} alone; a bot gets its gateway there. */
    public OrderGateway(ModeGate gate, UnknownOrders unknown, OrderRoute live, OrderRoute paper) {
        this(gate, unknown, live, paper, ExchangeClient::place);
    }

    /**
     * For {@code TradingShim} alone; a bot gets its gateway there.
     *
     * @param liveSender places the live orders of {@link #process} at the exchange; a shadow hears of them here
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
     * @param <T> the answer
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        /** {@return the answer} */
        T send() throws E;
    }

    /**
     * Translates between the answers of the bot's client and those of the platform.
     *
     * @param status how far an order has come, by the answer of the bot's client
     * @param paper what the bot's client would have answered to an order that the paper exchange has accepted
     * @param <T> the answer of the bot's client
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
     * Sends an order by the bot's own call.
     *
     * @param call sends it to the exchange, once
     * @throws E what {@code call} throws; an {@link OrderException} tells the reason, everything else counts as unknown
     * @throws OrderException when the paper exchange refuses the order
     * @throws OrderDeniedException when the trading mode allows no order
     */
    public <T, E extends Exception> T submit(OrderRequest request, Answers<T> answers, Call<T, E> call)
            throws E, OrderException {
        Pass pass = enter(request);
        return pass.mode() == TradingMode.LIVE
                ? send(request, pass, call, (means, order) -> means.send(), answers.status())
                : answers.paper().apply(sendToPaper(request, pass));
    }

    /**
     * As {@link #submit}, for a client that answers later. Every failure is in the future, also a denial. The order is in flight
     * until the call's future completes: one that never completes keeps a switch from reporting "drained". To cancel the future
     * that is returned proves nothing and changes nothing.
     *
     * @param call sends the order to the exchange, once
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
     * {@return the exchange for a strategy: new orders go through this gateway; cancel, open orders and prices are allowed in
     * every mode}
     *
     * @param isPaperOrder tells an order that the paper exchange knows, open or ended, from a live one
     */
    public ExchangeClient exchange(Predicate<ClientOrderId> isPaperOrder) {
        return new GatedExchangeClient(this, live.client(), paper.client(), isPaperOrder);
    }

    private Pass enter(OrderRequest request) {
        Pass pass = gate.enter(request.clientOrderId(), request.symbol());
        if (pass.mode() == TradingMode.HALT) {
            OrderDeniedException denial = new OrderDeniedException(request.clientOrderId(), pass.mode());
            live.recorder().denied(request, denial);
            throw denial;
        }
        return pass;
    }

    private OrderAck sendToPaper(OrderRequest request, Pass pass) throws OrderException {
        return send(request, pass, paper.exchange(), ExchangeClient::place, OrderGateway::statusOf);
    }

    private <C, T, E extends Exception> T send(
            OrderRequest request, Pass pass, C means, OrderSender<C, T, E> sender, Function<T, OrderStatus> classifier)
            throws E {
        long start = recorder(pass).submitted();
        T answer;
        OrderStatus status;
        try {
            answer = sender.send(means, request);
            status = status(answer, classifier);
        } catch (Throwable e) { // whatever it is, the order must leave the gate; some languages throw undeclared
            // exceptions
            threw(request, pass, e, start);
            throw e;
        }
        returned(request, pass, status, start);
        return answer;
    }

    private <T> CompletionStage<T> sendAsync(
            OrderRequest request,
            Pass pass,
            Supplier<? extends CompletionStage<T>> call,
            Function<T, OrderStatus> classifier) {
        long start = recorder(pass).submitted();
        CompletionStage<T> answer;
        try {
            answer = Objects.requireNonNull(call.get(), "the exchange client has returned no future");
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
                status = status(value, classifier);
            } catch (Throwable e) {
                threw(request, pass, e, start);
                throw e;
            }
            returned(request, pass, status, start);
        });
        // Another stage for the bot: one that it had completed or cancelled would not be told of the order's end.
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

    private void returned(OrderRequest request, Pass pass, OrderStatus status, long start) {
        recorder(pass).returned(request, status, start);
        leave(request, pass, status);
    }

    private void threw(OrderRequest request, Pass pass, Throwable failure, long start) {
        recorder(pass).threw(request, failure, start);
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
