/**
 * Alert reviews and postmortems: {@link io.cryptobot.smoke.review.AlertHistory} reads what fired, {@link
 * io.cryptobot.smoke.review.PostmortemDraft} and {@link io.cryptobot.smoke.review.PostmortemCheck} write and check
 * postmortems, {@link io.cryptobot.smoke.review.AlertReview} summarises a week.
 */
@NullMarked
package io.cryptobot.smoke.review;

import org.jspecify.annotations.NullMarked;
