package io.cryptobot.trading.paper;

import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Instrument;
import java.math.BigDecimal;

/**
 * Receives every change of the account and of the orders of the paper exchange, in their sequence. Called by the
 * engine's thread, inside the call that causes the change; must not call the engine.
 */
interface PaperEvents {
    /** A currency is used for the first time, and its initial balance was added to the account. */
    default void deposited(String currency, BigDecimal amount) {}

    /** A valid order has arrived; its fills, if any, come later. */
    default void accepted(PaperOrder order) {}

    /** The market has reached the price of a stop order. */
    default void triggered(PaperOrder order) {}

    /** An order was filled, completely or in part. */
    default void filled(PaperOrder order, Fill fill, Instrument instrument) {}

    /** An order was cancelled or rejected; a filled order has no such event. */
    default void ended(PaperOrder order) {}
}
