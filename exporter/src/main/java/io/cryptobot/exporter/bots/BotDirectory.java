package io.cryptobot.exporter.bots;

import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.RunDirectory;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/**
 * Finds and reads the counters file of every bot in the run directory, whether the bot was started before the exporter,
 * after it, or is dead. Each file is mapped once and kept, and opened again only when another file took its place.
 * Reading never throws: what cannot be read is reported in {@link Bots#unreadable()} and logged when that changes.
 * Thread-safe: overlapping scrapes take turns.
 */
public final class BotDirectory implements AutoCloseable {
    private static final String SUFFIX = ".counters";

    private final RunDirectory runDirectory;
    private final Duration heartbeatTimeout;
    private final LongSupplier nanoClock;
    private final ChangeLogger changes = new ChangeLogger(LoggerFactory.getLogger(BotDirectory.class));
    /** By file name without suffix. Guarded by "this". */
    private final Map<String, OpenFile> open = new HashMap<>();

    /**
     * @param heartbeatTimeout how long a heartbeat may stand still before its bot counts as dead
     * @param nanoClock monotonic time in ns, {@link System#nanoTime} outside of tests
     */
    public BotDirectory(RunDirectory runDirectory, Duration heartbeatTimeout, LongSupplier nanoClock) {
        this.runDirectory = runDirectory;
        this.heartbeatTimeout = heartbeatTimeout;
        this.nanoClock = nanoClock;
    }

    /** {@return the bots as their files are now; none while the directory does not exist or cannot be listed} */
    public synchronized Bots read() {
        SortedMap<String, String> problems = new TreeMap<>();
        SortedMap<String, Path> files = new TreeMap<>();
        try {
            files.putAll(list());
        } catch (IOException e) {
            problems.put(runDirectory.path().toString(), "cannot be listed: " + e);
        }
        closeAllBut(files);
        List<Bot> readable = new ArrayList<>();
        List<UnreadableFile> unreadable = new ArrayList<>();
        files.forEach((stem, file) -> read(stem, file, readable, unreadable));
        unreadable.forEach(file -> problems.put(file.bot() + SUFFIX, file.message()));
        changes.report(problems);
        return new Bots(readable, unreadable);
    }

    /** Whether the directory can be listed, or does not exist yet: the first bot makes it. */
    public boolean isListable() {
        try {
            list();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private SortedMap<String, Path> list() throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> directory = Files.newDirectoryStream(runDirectory.path(), "*" + SUFFIX)) {
            for (Path file : directory) {
                String name = file.getFileName().toString();
                files.put(name.substring(0, name.length() - SUFFIX.length()), file);
            }
        } catch (NoSuchFileException e) {
            return files;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    private void closeAllBut(Map<String, Path> files) {
        for (Iterator<Map.Entry<String, OpenFile>> left = open.entrySet().iterator(); left.hasNext(); ) {
            Map.Entry<String, OpenFile> entry = left.next();
            if (!files.containsKey(entry.getKey())) {
                entry.getValue().close();
                left.remove();
            }
        }
    }

    private void read(String stem, Path file, List<Bot> readable, List<UnreadableFile> unreadable) {
        try {
            InstanceName name = new InstanceName(stem);
            // Opening a named pipe would hang the scrape, and a link could lead anywhere.
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                readable.add(opened(name, file).read());
            } else {
                unreadable.add(new UnreadableFile(stem, Reason.FOREIGN, file + " is not a regular file"));
            }
        } catch (IllegalArgumentException e) {
            unreadable.add(new UnreadableFile(stem, Reason.FOREIGN, file + ": " + e.getMessage()));
        } catch (CountersFileException e) {
            forget(stem);
            unreadable.add(new UnreadableFile(stem, e.reason(), String.valueOf(e.getMessage())));
        } catch (InternalError e) {
            // The JVM's word for a mapped page that is no longer there.
            forget(stem);
            unreadable.add(new UnreadableFile(stem, Reason.TRUNCATED, file + " was truncated while it was read"));
        }
    }

    private OpenFile opened(InstanceName name, Path file) throws CountersFileException {
        OpenFile known = open.get(name.value());
        if (known != null && !known.isReplaced()) {
            return known;
        }
        forget(name.value());
        OpenFile fresh = OpenFile.open(file, name, heartbeatTimeout, nanoClock);
        open.put(name.value(), fresh);
        return fresh;
    }

    private void forget(String stem) {
        OpenFile known = open.remove(stem);
        if (known != null) {
            known.close();
        }
    }

    @Override
    public synchronized void close() {
        closeAllBut(Map.of());
    }
}
