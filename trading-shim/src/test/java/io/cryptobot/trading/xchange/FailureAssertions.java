package io.cryptobot.trading.xchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that a call fails with a reason. */
final class FailureAssertions {
    private FailureAssertions() {}

    static AbstractThrowableAssert<?, ?> assertFails(FailureReason reason, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        OrderException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
