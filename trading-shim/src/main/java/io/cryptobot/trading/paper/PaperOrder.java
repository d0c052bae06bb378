package io.cryptobot.trading.paper;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** An order at the paper exchange, as the engine changes it. Confined to the engine's thread. */
public final class PaperOrder {
    private final OrderRequest request;
    private final long number;
    private final String exchangeOrderId;

    private PaperOrderStatus status = PaperOrderStatus.IN_FLIGHT;
    private BigDecimal filled = BigDecimal.ZERO;
    private BigDecimal value = BigDecimal.ZERO;
    private @Nullable FailureReason reason;
    private String message = "";
    private boolean answerLost;

    /** A stop order that the market has woken: from then on a market or limit order. */
    private boolean triggered;

    /** What rests before us at our price; null while the book does not reach that far down. */
    private @Nullable BigDecimal queueAhead;

    private BigDecimal reserved = BigDecimal.ZERO;
    private long actsAtNanos;

    /** @param number its place among the orders of this run, oldest first */
    PaperOrder(OrderRequest request, String exchangeOrderId, long number) {
        this.request = request;
        this.exchangeOrderId = exchangeOrderId;
        this.number = number;
    }

    /** {@return what was asked for} */
    public OrderRequest request() {
        return request;
    }

    /** {@return {@code P-<run>-<number>}: never an id of a live order} */
    public String exchangeOrderId() {
        return exchangeOrderId;
    }

    /** {@return how far it has come} */
    public PaperOrderStatus status() {
        return status;
    }

    /** {@return amount of the base currency that is filled} */
    public BigDecimal filledQuantity() {
        return filled;
    }

    /** {@return average price of the fills, to 34 digits; null while there is none} */
    public @Nullable BigDecimal averagePrice() {
        return filled.signum() == 0 ? null : value.divide(filled, MathContext.DECIMAL128);
    }

    /** {@return why it was refused; null otherwise} */
    public @Nullable FailureReason reason() {
        return reason;
    }

    /** {@return why it was refused or cancelled, in words; may be empty} */
    public String message() {
        return message;
    }

    /** {@return whether, by the fault profile, its owner gets no answer and must look it up} */
    public boolean isAnswerLost() {
        return answerLost;
    }

    long number() {
        return number;
    }

    Side side() {
        return request.side();
    }

    /** {@return the limit price; only of an order that has one} */
    BigDecimal limit() {
        BigDecimal limit = request.limitPrice();
        if (limit == null) {
            throw new IllegalStateException("order " + exchangeOrderId + " has no limit price");
        }
        return limit;
    }

    /** {@return the stop price; only of an order that has one} */
    BigDecimal stop() {
        BigDecimal stop = request.stopPrice();
        if (stop == null) {
            throw new IllegalStateException("order " + exchangeOrderId + " has no stop price");
        }
        return stop;
    }

    BigDecimal leaves() {
        return request.quantity().subtract(filled);
    }

    BigDecimal value() {
        return value;
    }

    boolean isTriggered() {
        return triggered;
    }

    boolean isSleepingStop() {
        return request.type().hasStopPrice() && !triggered;
    }

    @Nullable
    BigDecimal queueAhead() {
        return queueAhead;
    }

    BigDecimal reserved() {
        return reserved;
    }

    /** {@return when the last thing that was sent about it arrives: itself, or its cancellation} */
    long actsAtNanos() {
        return actsAtNanos;
    }

    void actsAtNanos(long nanos) {
        actsAtNanos = nanos;
    }

    void queueAhead(@Nullable BigDecimal quantity) {
        queueAhead = quantity;
    }

    void reserved(BigDecimal amount) {
        reserved = amount;
    }

    void loseAnswer() {
        answerLost = true;
    }

    void trigger() {
        triggered = true;
    }

    void becomes(PaperOrderStatus next) {
        status = next;
    }

    void end(PaperOrderStatus last, @Nullable FailureReason why, String words) {
        status = last;
        reason = why;
        message = words;
    }

    void addFill(BigDecimal price, BigDecimal quantity) {
        filled = filled.add(quantity);
        value = value.add(price.multiply(quantity));
        status = leaves().signum() == 0 ? PaperOrderStatus.FILLED : PaperOrderStatus.PARTIALLY_FILLED;
    }

    /** Takes over what an earlier run had filled. */
    void restore(BigDecimal filledBefore, BigDecimal valueBefore, boolean triggeredBefore) {
        filled = filledBefore;
        value = valueBefore;
        triggered = triggeredBefore;
        status = filled.signum() == 0 ? PaperOrderStatus.ACCEPTED : PaperOrderStatus.PARTIALLY_FILLED;
    }
}
