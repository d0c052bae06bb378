/**
 * A simulated exchange on loopback whose market follows a random walk or a recorded trade tape, with faults that can be
 * switched on. {@link io.cryptobot.smoke.exchange.SimulatedExchange} is the server,
 * {@link io.cryptobot.smoke.exchange.SimulatedExchangeClient} is the client of a bot.
 */
@NullMarked
package io.cryptobot.smoke.exchange;

import org.jspecify.annotations.NullMarked;
