package io.cryptobot.trading.paper;

import java.util.concurrent.TimeUnit;

/** Time as the paper exchange lives it. Implementations are thread-safe. */
interface PaperClock {
    /** {@return ns since the Unix epoch; never runs backwards} */
    long nanos();

    /** Returns at this time or later. */
    void sleepUntil(long nanos) throws InterruptedException;

    /** {@return the machine's time at this moment, and from then on by the clock that nobody sets} */
    static PaperClock system() {
        long origin = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        return new PaperClock() {
            @Override
            public long nanos() {
                return origin + System.nanoTime();
            }

            @Override
            public void sleepUntil(long nanos) throws InterruptedException {
                for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
                    TimeUnit.NANOSECONDS.sleep(left);
                }
            }
        };
    }
}
