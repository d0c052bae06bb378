package io.cryptobot.smoke.exchange;

import java.math.BigDecimal;

/**
 * A public trade. Immutable.
 *
 * @param price price in the quote currency, above 0
 * @param quantity amount of the base currency, above 0
 * @param timeMs Unix time in ms
 */
public record Trade(BigDecimal price, BigDecimal quantity, long timeMs) {}
