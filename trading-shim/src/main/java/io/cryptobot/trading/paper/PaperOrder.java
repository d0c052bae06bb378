package io.cryptobot.trading.paper;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** An order at the paper exchange; the engine changes it. Confined to the engine's thread. */
final class PaperOrder {
    private final OrderRequest request;
    private final long number;
    private final String exchangeOrderId;

    private PaperOrderStatus status = PaperOrderStatus.IN_FLIGHT;
    private BigDecimal filled = BigDecimal.ZERO;
    private BigDecimal value = BigDecimal.ZERO;
    private @Nullable FailureReason reason;
    private String message = "";
    private boolean answerLost;

    /** True for a stop order after the market has reached its price; it is then a market or limit order. */
    private boolean triggered;

    /** The quantity in the queue before this order at its price; null if the price is beyond the visible depth. */
    private @Nullable BigDecimal queueAhead;

    private BigDecimal reserved = BigDecimal.ZERO;
    private long actsAtNanos;

    /** @param number its sequence number in this run */
    PaperOrder(OrderRequest request, String exchangeOrderId, long number) {
        this.request = request;
        this.exchangeOrderId = exchangeOrderId;
        this.number = number;
    }

    /** An open order of an earlier run. */
    PaperOrder(PaperState.SavedOrder saved, long number) {
        this(saved.request(), saved.exchangeOrderId(), number);
        filled = saved.filled();
        value = saved.value();
        triggered = saved.triggered();
        status = filled.signum() == 0 ? PaperOrderStatus.ACCEPTED : PaperOrderStatus.PARTIALLY_FILLED;
    }

    /** {@return the state of this order for the journal} */
    PaperState.SavedOrder saved() {
        return new PaperState.SavedOrder(request, exchangeOrderId, filled, value, triggered);
    }

    /** {@return the request of the bot} */
    OrderRequest request() {
        return request;
    }

    /** {@return {@code P-<run>-<number>}, which is never an id of a live order} */
    String exchangeOrderId() {
        return exchangeOrderId;
    }

    /** {@return the current status} */
    PaperOrderStatus status() {
        return status;
    }

    /** {@return amount of the base currency that is filled} */
    BigDecimal filledQuantity() {
        return filled;
    }

    /** {@return the average price of the fills with 34 digits; null if there are no fills} */
    @Nullable
    BigDecimal averagePrice() {
        return filled.signum() == 0 ? null : value.divide(filled, MathContext.DECIMAL128);
    }

    /** {@return why the order was rejected; null if it was not} */
    @Nullable
    FailureReason reason() {
        return reason;
    }

    /** {@return why the order was rejected or cancelled, as text; may be empty} */
    String message() {
        return message;
    }

    /** {@return true if the fault profile drops the answer, so that the bot must reconcile the order} */
    boolean isAnswerLost() {
        return answerLost;
    }

    long number() {
        return number;
    }

    Side side() {
        return request.side();
    }

    /** {@return the limit price} Throws if the order has none. */
    BigDecimal limit() {
        BigDecimal limit = request.limitPrice();
        if (limit == null) {
            throw new IllegalStateException("order " + exchangeOrderId + " has no limit price");
        }
        return limit;
    }

    /** {@return the stop price} Throws if the order has none. */
    BigDecimal stop() {
        BigDecimal stop = request.stopPrice();
        if (stop == null) {
            throw new IllegalStateException("order " + exchangeOrderId + " has no stop price");
        }
        return stop;
    }

    /** {@return amount of the base currency that is not filled} */
    BigDecimal remaining() {
        return request.quantity().subtract(filled);
    }

    boolean isTriggered() {
        return triggered;
    }

    boolean isUntriggeredStop() {
        return request.type().hasStopPrice() && !triggered;
    }

    @Nullable
    BigDecimal queueAhead() {
        return queueAhead;
    }

    BigDecimal reserved() {
        return reserved;
    }

    /** {@return the time when the last message arrives: the order or its cancellation} */
    long actsAtNanos() {
        return actsAtNanos;
    }

    void setActsAtNanos(long nanos) {
        actsAtNanos = nanos;
    }

    void setQueueAhead(@Nullable BigDecimal quantity) {
        queueAhead = quantity;
    }

    void setReserved(BigDecimal amount) {
        reserved = amount;
    }

    void loseAnswer() {
        answerLost = true;
    }

    void trigger() {
        triggered = true;
    }

    void setStatus(PaperOrderStatus next) {
        status = next;
    }

    void end(PaperOrderStatus last, @Nullable FailureReason why, String explanation) {
        status = last;
        reason = why;
        message = explanation;
    }

    void addFill(BigDecimal price, BigDecimal quantity) {
        filled = filled.add(quantity);
        value = value.add(price.multiply(quantity));
        status = remaining().signum() == 0 ? PaperOrderStatus.FILLED : PaperOrderStatus.PARTIALLY_FILLED;
    }
}
