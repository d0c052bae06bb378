/** A bot that trades without sense on a simulated exchange, through the same modules as a real one. */
@NullMarked
package io.cryptobot.smoke.bot;

import org.jspecify.annotations.NullMarked;
