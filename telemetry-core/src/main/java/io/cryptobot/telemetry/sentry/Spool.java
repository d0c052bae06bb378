package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.files.OwnerLock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The events that Sentry has not acknowledged, in the sequence of the log. Each event is a file {@code <sequence>-<time
 * in ms>-<event id>.event} that only its owner can read. The file is written atomically and deleted when the result is
 * final. After a restart the spool continues with the existing files. One process at a time owns the directory. Events
 * that cannot be written wait in memory; without a directory all events wait in memory.
 *
 * <p>A full spool accepts no more events, because the first errors of an incident are more useful than their
 * repetitions. Files are not forced to the device: they survive the end of the process, but the newest files may be
 * lost in a power failure.
 *
 * <p>The SDK's own disk cache is not used for three reasons. It deletes an event at any answer of 400 and above, also
 * at 503 during an outage. It sends new events before cached events. On a plain JVM it does not send cached events
 * again by itself. Thread-safe.
 */
final class Spool implements AutoCloseable {
    /** Maximum size of an event that Sentry accepts. */
    static final int MAX_EVENT_BYTES = 1024 * 1024;

    private static final Pattern FILE_NAME = Pattern.compile("(\\d{16})-(\\d{13})-([0-9a-f]{32})\\.event");
    private static final String UNFINISHED = ".unfinished";

    private static final Set<PosixFilePermission> OWNER_READS_AND_WRITES = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ENTERS = PosixFilePermissions.fromString("rwx------");

    private final @Nullable Path directory;
    private final @Nullable OwnerLock lock;
    private final Limits limits;
    private final Clock clock;
    private final Consumer<String> onProblem;
    /** The queue and all fields below are guarded by "this". */
    private final Deque<Entry> entries = new ArrayDeque<>();

    private long bytes;
    private long nextSequence;
    private boolean diskRefuses;

    /**
     * @param events the maximum number of waiting events, above 0
     * @param bytes the maximum total size of waiting events
     * @param age the maximum waiting time; older events are dropped
     */
    record Limits(int events, long bytes, Duration age) {
        static final Limits DEFAULT = new Limits(1_000, 20L * 1024 * 1024, Duration.ofDays(7));
    }

    /** A waiting event; {@code content} is set only if the event is not in a file. */
    @SuppressWarnings("ArrayRecordComponent") // entries are never compared by content
    record Entry(long sequence, long storedAtMs, String eventId, long size, byte @Nullable [] content) {
        String fileName() {
            return String.format(Locale.ROOT, "%016d-%013d-%s.event", sequence, storedAtMs, eventId);
        }
    }

    private Spool(
            @Nullable Path directory,
            @Nullable OwnerLock lock,
            Limits limits,
            Clock clock,
            Consumer<String> onProblem,
            List<Entry> waiting) {
        this.directory = directory;
        this.lock = lock;
        this.limits = limits;
        this.clock = clock;
        this.onProblem = onProblem;
        for (Entry entry : waiting) {
            entries.add(entry);
            bytes += entry.size();
            nextSequence = entry.sequence() + 1;
        }
    }

    /** {@return a spool in memory, which is lost at the end of the process} */
    static Spool inMemory(Limits limits, Clock clock) {
        return new Spool(null, null, limits, clock, problem -> {}, List.of());
    }

    /**
     * {@return the spool in this directory, or a spool in memory if the directory cannot be used}
     *
     * @param onProblem receives one line when events cannot be stored on disk
     */
    static Spool open(Path directory, Limits limits, Clock clock, Consumer<String> onProblem) {
        OwnerLock lock = null;
        try {
            create(directory);
            lock = OwnerLock.acquire(directory);
            return new Spool(directory, lock, limits, clock, onProblem, waiting(directory));
        } catch (IOException | RuntimeException e) {
            if (lock != null) {
                lock.close();
            }
            onProblem.accept(e.toString());
            return inMemory(limits, clock);
        }
    }

    private static void create(Path directory) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ENTERS));
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(directory, OWNER_ENTERS);
        }
    }

    private static List<Entry> waiting(Path directory) throws IOException {
        List<Entry> waiting = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                Matcher parts = FILE_NAME.matcher(name);
                if (parts.matches()) {
                    waiting.add(new Entry(
                            Long.parseLong(parts.group(1)),
                            Long.parseLong(parts.group(2)),
                            parts.group(3),
                            Files.size(file),
                            null));
                } else if (name.endsWith(UNFINISHED)) {
                    Files.delete(file);
                }
            }
        }
        waiting.sort(Comparator.comparingLong(Entry::sequence));
        return waiting;
    }

    /** {@return true if the event was added; false if the spool is full} */
    synchronized boolean add(String eventId, byte[] content) {
        if (entries.size() >= limits.events() || bytes + content.length > limits.bytes()) {
            return false;
        }
        Entry entry = new Entry(nextSequence, clock.millis(), eventId, content.length, null);
        nextSequence++;
        entries.add(
                written(entry, content)
                        ? entry
                        : new Entry(entry.sequence(), entry.storedAtMs(), eventId, content.length, content));
        bytes += content.length;
        return true;
    }

    private boolean written(Entry entry, byte[] content) {
        if (directory == null) {
            return false;
        }
        Path unfinished = directory.resolve(entry.fileName() + UNFINISHED);
        try {
            FileAttribute<?> rights = PosixFilePermissions.asFileAttribute(OWNER_READS_AND_WRITES);
            try (var file = Files.newByteChannel(
                    unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), rights)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    file.write(rest);
                }
            }
            Files.move(unfinished, directory.resolve(entry.fileName()), StandardCopyOption.ATOMIC_MOVE);
            diskRefuses = false;
            return true;
        } catch (IOException e) {
            if (!diskRefuses) { // reports only the first failure and not each event of an incident
                diskRefuses = true;
                onProblem.accept(e.toString());
            }
            deleteQuietly(unfinished);
            return false;
        }
    }

    /** {@return the oldest event; null if the spool is empty} */
    synchronized @Nullable Entry first() {
        return entries.peekFirst();
    }

    synchronized int size() {
        return entries.size();
    }

    boolean isTooOld(Entry entry) {
        return clock.millis() - entry.storedAtMs() > limits.age().toMillis();
    }

    /**
     * {@return the content of an event}
     *
     * @throws IOException if the file is missing or was changed
     */
    byte[] read(Entry entry) throws IOException {
        if (entry.content() != null) {
            return entry.content();
        }
        if (directory == null || entry.size() == 0 || entry.size() > MAX_EVENT_BYTES) {
            throw new IOException("file of " + entry.size() + " bytes");
        }
        try (InputStream file = Files.newInputStream(directory.resolve(entry.fileName()), LinkOption.NOFOLLOW_LINKS)) {
            return file.readNBytes(MAX_EVENT_BYTES);
        }
    }

    synchronized void remove(Entry entry) {
        if (directory != null && entry.content() == null) {
            try {
                Files.deleteIfExists(directory.resolve(entry.fileName()));
            } catch (IOException e) {
                onProblem.accept("an event will be sent again after a restart: " + e);
            }
        }
        if (entries.remove(entry)) {
            bytes -= entry.size();
        }
    }

    /** {@return the events in memory, which are lost at the end of the process} */
    synchronized List<Entry> inMemory() {
        return entries.stream().filter(entry -> entry.content() != null).toList();
    }

    /** Releases the directory; its events stay. */
    @Override
    public void close() {
        if (lock != null) {
            lock.close();
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the next start deletes it
        }
    }
}
