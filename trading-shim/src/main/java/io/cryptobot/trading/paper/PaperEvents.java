package io.cryptobot.trading.paper;

import io.cryptobot.trading.Fill;
import io.cryptobot.trading.Instrument;
import java.math.BigDecimal;

/**
 * Receives every change of the account and of the orders of the paper exchange, in their sequence. Called by the
 * engine's thread, inside the call that causes the change; must not call the engine.
 */
interface PaperEvents {
    /** A currency is used for the first time: its opening balance is in the account. */
    default void deposited(String currency, BigDecimal amount) {}

    /** An order has arrived and is valid; fills, if any, follow. */
    default void accepted(PaperOrder order) {}

    /** The market has reached the price of a stop order. */
    default void triggered(PaperOrder order) {}

    /** A part of an order, or all of it, was executed. */
    default void filled(PaperOrder order, Fill fill, Instrument instrument) {}

    /** An order was cancelled or refused; an order that is filled has no such event. */
    default void ended(PaperOrder order) {}
}
