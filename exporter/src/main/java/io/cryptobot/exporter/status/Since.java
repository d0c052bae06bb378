package io.cryptobot.exporter.status;

import org.jspecify.annotations.Nullable;

/** Since when something has been so without a pause, as far as was seen. Not thread-safe. */
final class Since {
    private static final double NANOS_PER_SECOND = 1e9;

    private @Nullable Long nanos;

    /**
     * Takes in what was seen at this moment.
     *
     * @param holds whether it is so
     * @param now monotonic time in ns
     */
    void see(boolean holds, long now) {
        if (!holds) {
            nanos = null;
        } else if (nanos == null) {
            nanos = now;
        }
    }

    /** {@return for how many seconds it has been so; null while it is not} */
    @Nullable
    Double seconds(long now) {
        return nanos == null ? null : (now - nanos) / NANOS_PER_SECOND;
    }
}
