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
 * The mapped files. A file stays mapped and is opened again only if another file has replaced it. Not thread-safe:
 * guarded by its owner.
 *
 * <p>Java unmaps an unused file only during a garbage collection. An idle exporter may not collect for days, and a
 * mapping keeps the memory of a deleted file on tmpfs. Therefore this class requests a collection after {@value
 * #MAX_CLOSED_FILES} closed files or {@value #MAX_CLOSED_BYTES} closed bytes. With {@code -XX:+DisableExplicitGC} this
 * has no effect.
 */
final class OpenFiles {
    static final int MAX_CLOSED_FILES = 64;
    static final long MAX_CLOSED_BYTES = 64L << 20;

    private final Duration heartbeatTimeout;
    private final LongSupplier nanoClock;
    private final Runnable collector;
    private final Map<InstanceName, OpenFile> byName = new HashMap<>();
    /**
     * Heartbeats of all listed bots, also if a file cannot be read now. Otherwise a dead bot would count as alive when
     * its file can be read again.
     */
    private final Map<InstanceName, Heartbeat> heartbeats = new HashMap<>();

    private int closedFiles;
    private long closedBytes;

    /** @param collector requests a garbage collection; {@link System#gc}, except in tests */
    OpenFiles(Duration heartbeatTimeout, LongSupplier nanoClock, Runnable collector) {
        this.heartbeatTimeout = heartbeatTimeout;
        this.nanoClock = nanoClock;
        this.collector = collector;
    }

    /**
     * {@return the current file of this path}
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

    /** Removes the heartbeats of bots that are not listed any more. */
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

    /** Requests a garbage collection if it is due. Call it when no closed file is in use any more. */
    void unmapClosed() {
        if (closedFiles >= MAX_CLOSED_FILES || closedBytes >= MAX_CLOSED_BYTES) {
            closedFiles = 0;
            closedBytes = 0;
            collector.run();
        }
    }
}
