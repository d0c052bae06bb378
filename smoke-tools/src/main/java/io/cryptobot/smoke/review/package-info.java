/**
 * What the people do with the alerts afterwards: {@link io.cryptobot.smoke.review.AlertHistory} is what has fired, {@link
 * io.cryptobot.smoke.review.PostmortemDraft} and {@link io.cryptobot.smoke.review.PostmortemCheck} look after the
 * postmortems, {@link io.cryptobot.smoke.review.AlertReview} sums a week up.
 */
@NullMarked
package io.cryptobot.smoke.review;

import org.jspecify.annotations.NullMarked;
