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
 * The events that Sentry has not acknowledged, in the order in which they were logged. Each is a file of its own,
 * readable by its owner only, named {@code <sequence>-<time in ms>-<event id>.event}; it is written atomically and
 * deleted when its result is final. A spool that is opened again continues where the last one ended. One process at a
 * time owns the directory. Events that cannot be written wait in memory, as do all events of a spool without a
 * directory.
 *
 * <p>A full spool takes no more events: the first errors of an incident are more useful than their repetition, and a
 * bot in trouble should not wear out its disk. Files are not forced to the device: they survive the process, however it
 * ends, but the newest may be lost with the power.
 *
 * <p>Why not the SDK's own cache on disk: it deletes an event at any answer of 400 and above, an outage's 503 included;
 * it sends new events before cached ones; and on a plain JVM it replays nothing by itself. Thread-safe.
 */
final class Spool implements AutoCloseable {
    /** Sentry takes no event that is larger. */
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
    /** The queue and what follows are guarded by "this". */
    private final Deque<Entry> entries = new ArrayDeque<>();

    private long bytes;
    private long nextSequence;
    private boolean diskRefuses;

    /**
     * @param events how many events may wait, more than 0
     * @param bytes how much they may take together
     * @param age how long an event may wait until it is dropped
     */
    record Limits(int events, long bytes, Duration age) {
        static final Limits DEFAULT = new Limits(1_000, 20L * 1024 * 1024, Duration.ofDays(7));
    }

    /** An event that waits; its content is here only when it is in no file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared by content
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

    /** {@return a spool that ends with the process} */
    static Spool inMemory(Limits limits, Clock clock) {
        return new Spool(null, null, limits, clock, problem -> {}, List.of());
    }

    /**
     * {@return the spool in this directory, or one in memory when the directory cannot be used}
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

    /** {@return whether the event waits now; false when there is no room} */
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
            if (!diskRefuses) { // once, not for each event of an incident
                diskRefuses = true;
                onProblem.accept(e.toString());
            }
            deleteQuietly(unfinished);
            return false;
        }
    }

    /** {@return the event that has waited longest, null when none waits} */
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
     * {@return what was added}
     *
     * @throws IOException when the file is gone or is not what was written
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

    /** {@return the events that end with the process} */
    synchronized List<Entry> inMemory() {
        return entries.stream().filter(entry -> entry.content() != null).toList();
    }

    /** Gives the directory to the next owner; its events stay. */
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
