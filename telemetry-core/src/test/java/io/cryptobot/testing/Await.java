package io.cryptobot.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Waits in real time for what another thread or process does. {@link #await} waits up to 60 s; {@link #within} sets another
 * bound. An {@link IOException} of the condition means "not yet", as of a server that does not listen yet; every other
 * exception fails at once. When the time is over, an {@link AssertionError} says what was awaited and what was seen last.
 * Immutable.
 */
public final class Await {
    private static final Duration DEFAULT_BOUND = Duration.ofSeconds(60);
    private static final long PAUSE_MS = 5;

    private final Duration bound;
    private final Callable<?> details;
    private final BooleanSupplier hopeless;

    private Await(Duration bound, Callable<?> details, BooleanSupplier hopeless) {
        this.bound = bound;
        this.details = details;
        this.hopeless = hopeless;
    }

    /** What a test waits for. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until the condition holds. */
    public static void await(String what, Condition condition) {
        within(DEFAULT_BOUND).until(what, condition);
    }

    /** {@return the first value that is as expected} */
    public static <T> T awaitValue(String what, Callable<T> source, Predicate<? super T> expected) {
        return within(DEFAULT_BOUND).untilValue(what, source, expected);
    }

    /** {@return a wait with this bound} */
    public static Await within(Duration bound) {
        return new Await(bound, () -> "", () -> false);
    }

    /** Adds this to the message of a failure, for example a log. */
    public Await showing(Callable<?> details) {
        return new Await(bound, details, hopeless);
    }

    /** Fails before the bound when this is true, for example when the process has ended. */
    public Await failingWhen(BooleanSupplier hopeless) {
        return new Await(bound, details, hopeless);
    }

    /** Waits until the condition holds. */
    public void until(String what, Condition condition) {
        untilValue(what, condition::holds, holds -> holds);
    }

    /** {@return the first value that is as expected} */
    public <T> T untilValue(String what, Callable<T> source, Predicate<? super T> expected) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (true) {
            boolean last = hopeless.getAsBoolean() || System.nanoTime() - deadline > 0;
            Object seen;
            try {
                T value = source.call();
                if (expected.test(value)) {
                    return value;
                }
                seen = value;
            } catch (IOException e) {
                seen = e;
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError("waiting until " + what, e);
            }
            if (last) {
                throw failure(what, seen);
            }
            pause();
        }
    }

    private AssertionError failure(String what, Object seen) {
        String reason = hopeless.getAsBoolean() ? "it cannot happen any more" : "not after " + bound.toMillis() + " ms";
        Object shown;
        try {
            shown = details.call();
        } catch (Exception e) {
            shown = e;
        }
        return new AssertionError(
                "waiting until " + what + ": " + reason + "; last seen: " + seen + "\n" + shown,
                seen instanceof Throwable cause ? cause : null);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
