package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.FILE_LENGTH;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The bytes behind a set of counters: a mapped file, or private memory of the same layout once the file cannot be used,
 * so that recording never needs to know which. Thread-safe.
 */
final class Memory {
    private final AtomicBoolean left = new AtomicBoolean();
    private final Consumer<String> onLoss;
    /** Read on every record; replaced once at the most. */
    private volatile ByteBuffer buffer;

    Memory(ByteBuffer buffer, Consumer<String> onLoss) {
        this.buffer = buffer;
        this.onLoss = onLoss;
    }

    static ByteBuffer privateBuffer() {
        // Direct, not heap: atomic access to a heap buffer throws from JDK 23 on.
        return ByteBuffer.allocateDirect(FILE_LENGTH).order(ByteOrder.nativeOrder());
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Goes on in private memory after an access to the mapped file failed: somebody truncated it. What it held cannot be
     * read any more, so private counts begin at 0.
     */
    void fail(InternalError fault) {
        leave(privateBuffer(), "the counters file was truncated while in use: " + fault.getMessage());
    }

    /** Goes on in private memory for a stated reason, from zeros when the file's bytes are gone. */
    void lose(String reason, boolean bytesAreGone) {
        leave(bytesAreGone ? privateBuffer() : copy(), reason);
    }

    /** Goes on in private memory with the present values, so that the file is never written after its lock is given up. */
    void detach() {
        if (left.compareAndSet(false, true)) {
            buffer = copy();
        }
    }

    private void leave(ByteBuffer replacement, String reason) {
        if (left.compareAndSet(false, true)) {
            buffer = replacement;
            onLoss.accept(reason);
        }
    }

    private ByteBuffer copy() {
        ByteBuffer copy = privateBuffer();
        copy.put(0, buffer, 0, FILE_LENGTH);
        return copy;
    }
}
