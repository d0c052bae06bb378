package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.files.InstanceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The files that are mapped at present. Each is mapped once and kept, and opened again only when another file took its
 * place. Not thread-safe: guarded by its owner.
 *
 * <p>Java unmaps a file when the garbage collector finds that it is no longer used. An idle exporter may not collect
 * for days, and until then a mapping keeps the memory of a deleted file on tmpfs. Therefore a collection is asked for
 * whenever {@value #MAX_CLOSED_FILES} files or {@value #MAX_CLOSED_BYTES} bytes were closed since the last time. With
 * {@code -XX:+DisableExplicitGC} that bound does not hold.
 */
final class OpenFiles {
    static final int MAX_CLOSED_FILES = 64;
    static final long MAX_CLOSED_BYTES = 64L << 20;

    private final Duration heartbeatTimeout;
    private final LongSupplier nanoClock;
    private final Runnable collector;
    private final Map<InstanceName, OpenFile> byName = new HashMap<>();
    /**
     * Of every bot whose file is listed, even while the file cannot be read: a dead bot must not count as alive after
     * that.
     */
    private final Map<InstanceName, Heartbeat> heartbeats = new HashMap<>();

    private int closedFiles;
    private long closedBytes;

    /** @param collector makes the garbage collector run; {@link System#gc} outside of tests */
    OpenFiles(Duration heartbeatTimeout, LongSupplier nanoClock, Runnable collector) {
        this.heartbeatTimeout = heartbeatTimeout;
        this.nanoClock = nanoClock;
        this.collector = collector;
    }

    /** {@return the bot's file that has this path now}
     *
     * @throws CountersFileException when it cannot be used
     */
    OpenFile open(InstanceName name, Path path) throws CountersFileException {
        OpenFile known = byName.get(name);
        if (known != null && !known.reader().isReplaced()) {
            return known;
        }
        close(name);
        Heartbeat heartbeat = heartbeats.computeIfAbsent(name, unused -> new Heartbeat(heartbeatTimeout, nanoClock));
        OpenFile fresh = new OpenFile(name, CountersReader.open(path, name), heartbeat);
        byName.put(name, fresh);
        return fresh;
    }

    void close(InstanceName name) {
        OpenFile known = byName.remove(name);
        if (known != null) {
            known.reader().close();
            closedFiles++;
            closedBytes += known.reader().mappedBytes();
        }
    }

    /** Removes the heartbeat state of bots that are not listed any more. */
    void forgetHeartbeatsOfAllBut(Set<InstanceName> listed) {
        heartbeats.keySet().retainAll(listed);
    }

    void closeAllBut(Set<InstanceName> names) {
        for (InstanceName name : Set.copyOf(byName.keySet())) {
            if (!names.contains(name)) {
                close(name);
            }
        }
    }

    /** Call it when no closed file is in use any more. */
    void unmapClosed() {
        if (closedFiles >= MAX_CLOSED_FILES || closedBytes >= MAX_CLOSED_BYTES) {
            closedFiles = 0;
            closedBytes = 0;
            collector.run();
        }
    }
}
