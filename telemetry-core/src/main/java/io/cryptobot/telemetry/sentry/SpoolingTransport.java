package io.cryptobot.telemetry.sentry;

import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.DROPPED;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.NETWORK;
import static io.cryptobot.telemetry.sentry.SentryDelivery.Result.RATE_LIMITED;

import io.sentry.DataCategory;
import io.sentry.Hint;
import io.sentry.ISerializer;
import io.sentry.SentryEnvelope;
import io.sentry.SentryEnvelopeHeader;
import io.sentry.SentryEnvelopeItem;
import io.sentry.SentryItemType;
import io.sentry.hints.DiskFlushNotification;
import io.sentry.protocol.SentryId;
import io.sentry.transport.ITransport;
import io.sentry.transport.RateLimiter;
import io.sentry.util.HintUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The transport that the SDK uses. A thread that logs only adds its event to a bounded queue. A second thread moves the
 * events to the {@link Spool}. A third thread sends them from the spool to Sentry, one by one, in the sequence of the
 * log. An event leaves the spool when Sentry has acknowledged it, so no event is lost in an outage or at the end of the
 * process.
 *
 * <p>If the process is killed between Sentry's answer and the deletion of the file, or if an answer is lost, the event
 * is sent again. It has the same id, and Sentry stores each id only once.
 *
 * <p>Only events are sent. Attachments, transactions and other items that the bot's own code gives to the SDK are
 * dropped, because they are not redacted. Thread-safe.
 */
final class SpoolingTransport implements ITransport {
    private static final int MAX_QUEUED = 500;
    private static final Duration RATE_LIMIT_STEP = Duration.ofMillis(250);
    /** An element that stops the writing thread. */
    private static final QueuedEvent END =
            new QueuedEvent("", new SentryEnvelope(new SentryEnvelopeHeader(), List.of()), new Hint());

    private final BlockingQueue<QueuedEvent> queued = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicInteger unstored = new AtomicInteger();
    private final ISerializer serializer;
    private final Spool spool;
    private final EnvelopePost post;
    private final RateLimiter limiter;
    private final Backoff backoff;
    private final Consumer<SentryDelivery> listener;
    private final Thread writer;
    private final Thread sender;

    /** Guards the fields below. It is notified when one of them, the spool or the queue changes. */
    private final Object monitor = new Object();

    private boolean sending;
    private boolean flushing;
    private long failures;
    private volatile boolean closed;

    /**
     * The first event in the spool, and the results of it that the listener has received. Confined to the sending
     * thread.
     */
    private String reportedEvent = "";

    private final Set<SentryDelivery.Result> reportedResults = EnumSet.noneOf(SentryDelivery.Result.class);

    private record QueuedEvent(String eventId, SentryEnvelope envelope, Hint hint) {}

    /** The pause after a failed attempt. Each further failure doubles it, up to {@code longest}. */
    record Backoff(Duration first, Duration longest) {
        static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

        Duration after(int failuresInARow) {
            Duration pause = first.multipliedBy(1L << Math.min(failuresInARow - 1, 20));
            return pause.compareTo(longest) < 0 ? pause : longest;
        }
    }

    /**
     * @param listener receives the delivery result of each event, mostly on a thread of this transport; must not block
     */
    SpoolingTransport(
            ISerializer serializer,
            Spool spool,
            EnvelopePost post,
            RateLimiter limiter,
            Backoff backoff,
            Consumer<SentryDelivery> listener) {
        this.serializer = serializer;
        this.spool = spool;
        this.post = post;
        this.limiter = limiter;
        this.backoff = backoff;
        this.listener = listener;
        writer = new Thread(this::write, "cryptobot-sentry-spool");
        sender = new Thread(this::send, "cryptobot-sentry-send");
    }

    SpoolingTransport start() {
        for (Thread thread : List.of(writer, sender)) {
            thread.setDaemon(true);
            thread.start();
        }
        return this;
    }

    /** Never blocks. */
    @Override
    public void send(SentryEnvelope envelope, Hint hint) {
        SentryId id = envelope.getHeader().getEventId();
        List<SentryEnvelopeItem> events = new ArrayList<>();
        for (SentryEnvelopeItem item : envelope.getItems()) {
            if (item.getHeader().getType() == SentryItemType.Event) {
                events.add(item);
            }
        }
        if (id == null || events.isEmpty()) {
            release(hint);
            return;
        }
        // a new header, because the SDK's header contains the DSN's key
        SentryEnvelope redacted = new SentryEnvelope(new SentryEnvelopeHeader(id), events);
        unstored.incrementAndGet();
        if (closed || !queued.offer(new QueuedEvent(id.toString(), redacted, hint))) {
            unstored.decrementAndGet(); // no notify here: the owner of the monitor may be waiting for the disk
            release(hint);
            listener.accept(new SentryDelivery(
                    DROPPED,
                    id.toString(),
                    closed ? "reporting has ended" : "errors come faster than they are stored"));
        }
    }

    /** For an uncaught exception the SDK blocks the thread until the event is stored. */
    private static void release(Hint hint) {
        HintUtils.runIfHasType(hint, DiskFlushNotification.class, DiskFlushNotification::markFlushed);
    }

    /**
     * Waits until all events are stored and acknowledged. If Sentry fails, it makes one more attempt without the rest
     * of the pause; the remaining events stay in the spool.
     */
    @Override
    public void flush(long timeoutMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        synchronized (monitor) {
            long failuresBefore = failures;
            flushing = true;
            monitor.notifyAll();
            try {
                while (unstored.get() > 0 || (isBusy() && failures == failuresBefore && !isLimited())) {
                    long remainingNanos = deadline - System.nanoTime();
                    if (remainingNanos <= 0) {
                        return;
                    }
                    TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(remainingNanos, 1_000_000));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public RateLimiter getRateLimiter() {
        return limiter;
    }

    @Override
    public void close() throws IOException {
        close(false);
    }

    /** Stops immediately, without {@link #flush}. */
    @Override
    public void close(boolean isRestarting) throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        boolean unused = queued.offer(END); // if the queue is full, the writer is not waiting
        sender.interrupt();
        try {
            writer.join(500);
            sender.join(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Spool.Entry lost : spool.inMemory()) {
            listener.accept(new SentryDelivery(DROPPED, lost.eventId(), "reporting ended before Sentry took it"));
        }
        spool.close();
        limiter.close();
    }

    private boolean isBusy() {
        return sending || spool.size() > 0;
    }

    private boolean isLimited() {
        return limiter.isActiveForCategory(DataCategory.Error);
    }

    private void write() {
        while (!closed || !queued.isEmpty()) {
            try {
                QueuedEvent event = queued.take();
                if (!event.equals(END)) {
                    store(event);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void store(QueuedEvent event) {
        String problem;
        try {
            byte[] items = items(event.envelope());
            if (items.length == 0 || items.length > Spool.MAX_EVENT_BYTES) {
                problem = items.length == 0 ? "cannot be written" : "larger than Sentry takes";
            } else {
                problem = spool.add(event.eventId(), items) ? "" : "too many events wait for Sentry";
            }
        } catch (Throwable e) { // objects of the bot in the event may throw anything; an Error must not end this thread
            problem = "cannot be written: " + e.getClass().getName();
        }
        stored(event.hint());
        if (!problem.isEmpty()) {
            listener.accept(new SentryDelivery(DROPPED, event.eventId(), problem));
        }
    }

    private void stored(Hint hint) {
        release(hint);
        unstored.decrementAndGet();
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }

    private byte[] items(SentryEnvelope envelope) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        serializer.serialize(envelope, out);
        byte[] bytes = out.toByteArray();
        int endOfHeader = 0;
        while (endOfHeader < bytes.length && bytes[endOfHeader] != '\n') {
            endOfHeader++;
        }
        return Arrays.copyOfRange(bytes, Math.min(endOfHeader + 1, bytes.length), bytes.length);
    }

    private void send() {
        int failuresInARow = 0;
        try {
            while (!closed) {
                Spool.Entry first = awaitFirst();
                SentryDelivery delivery = attempt(first);
                boolean waits = delivery.result() == RATE_LIMITED || delivery.result() == NETWORK;
                if (!waits) {
                    spool.remove(first);
                }
                report(delivery);
                attempted(waits);
                failuresInARow = waits ? failuresInARow + 1 : 0;
                if (isLimited()) {
                    awaitEndOfLimit();
                } else if (waits) {
                    pause(backoff.after(failuresInARow));
                }
            }
        } catch (InterruptedException e) {
            // closed: the waiting events are sent after the next start
        }
    }

    private void awaitEndOfLimit() throws InterruptedException {
        while (isLimited()) {
            TimeUnit.MILLISECONDS.sleep(RATE_LIMIT_STEP.toMillis());
        }
    }

    private Spool.Entry awaitFirst() throws InterruptedException {
        synchronized (monitor) {
            while (true) {
                Spool.Entry first = spool.first();
                if (first != null) {
                    sending = true;
                    return first;
                }
                monitor.wait();
            }
        }
    }

    private SentryDelivery attempt(Spool.Entry entry) throws InterruptedException {
        if (spool.isTooOld(entry)) {
            return new SentryDelivery(DROPPED, entry.eventId(), "has waited too long for Sentry");
        }
        byte[] items;
        try {
            items = spool.read(entry);
        } catch (IOException e) {
            if (closed) { // the interrupt that ends this thread also interrupts the read
                throw new InterruptedException("closed");
            }
            return new SentryDelivery(
                    DROPPED,
                    entry.eventId(),
                    "its file cannot be read: " + e.getClass().getName());
        }
        try {
            return post.send(entry.eventId(), items);
        } catch (RuntimeException | Error e) { // an exception must not end this thread
            return new SentryDelivery(
                    NETWORK,
                    entry.eventId(),
                    "cannot be sent now: " + e.getClass().getName());
        }
    }

    /** Calls the listener once for each result of an event, also if several attempts have the same result. */
    private void report(SentryDelivery delivery) {
        if (!reportedEvent.equals(delivery.eventId())) {
            reportedEvent = delivery.eventId();
            reportedResults.clear();
        }
        if (reportedResults.add(delivery.result())) {
            listener.accept(delivery);
        }
    }

    private void attempted(boolean failed) {
        synchronized (monitor) {
            sending = false;
            flushing = false;
            failures += failed ? 1 : 0;
            monitor.notifyAll();
        }
    }

    private void pause(Duration length) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        synchronized (monitor) {
            for (long left = length.toNanos(); left > 0 && !flushing; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(left, 1_000_000));
            }
        }
    }
}
