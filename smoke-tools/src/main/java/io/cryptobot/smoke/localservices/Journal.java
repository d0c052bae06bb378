package io.cryptobot.smoke.localservices;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** The accepted messages, the newest thousand of each kind. Thread-safe; everything guarded by "this". */
final class Journal {
    private static final int CAPACITY = 1000;

    private final Deque<SlackMessage> slack = new ArrayDeque<>();
    private final Deque<PagerDutyEvent> pagerDuty = new ArrayDeque<>();
    private final Deque<SentryEvent> sentry = new ArrayDeque<>();

    synchronized void add(SlackMessage message) {
        add(slack, message);
    }

    synchronized void add(PagerDutyEvent event) {
        add(pagerDuty, event);
    }

    synchronized void add(SentryEvent event) {
        add(sentry, event);
    }

    synchronized void clear() {
        slack.clear();
        pagerDuty.clear();
        sentry.clear();
    }

    synchronized Received snapshot() {
        return new Received(new ArrayList<>(slack), new ArrayList<>(pagerDuty), new ArrayList<>(sentry));
    }

    /** {@return the oldest matching message of a kind; empty after a timeout} */
    synchronized <T> Optional<T> await(Function<Received, List<T>> kind, Predicate<T> wanted, Duration timeout)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<T> found = kind.apply(snapshot()).stream().filter(wanted).findFirst();
            long remainingNanos = deadline - System.nanoTime();
            if (found.isPresent() || remainingNanos <= 0) {
                return found;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(remainingNanos, 1_000_000));
        }
    }

    private <T> void add(Deque<T> entries, T entry) {
        if (entries.size() == CAPACITY) {
            entries.removeFirst();
        }
        entries.addLast(entry);
        notifyAll();
    }
}
