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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and reads the counters file of every bot in the run directory, whether the bot was started before the exporter,
 * after it, or is dead. Reading never throws: what cannot be read is reported in {@link Bots#unreadable()} and logged when
 * that changes. Thread-safe: overlapping scrapes take turns.
 */
public final class BotDirectory implements AutoCloseable {
    /**
     * The most records that are kept in memory, of all files together: about 0.5 KB each, and 6 KB when somebody made
     * them to hurt. Files with few records come first, so that one that is stuffed costs itself and not the others.
     */
    static final int MAX_RECORDS = 100_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(BotDirectory.class);
    private static final String SUFFIX = ".counters";

    private final RunDirectory runDirectory;
    private final ChangeLogger changes = new ChangeLogger(LOGGER);
    /** These two are guarded by "this". */
    private final OpenFiles open;

    private final ForgottenBots forgottenBots;

    /**
     * @param heartbeatTimeout how long a heartbeat may stand still before its bot counts as dead
     * @param forgetAfter how long a bot may be gone before it counts as forgotten
     * @param nanoClock monotonic time in ns, {@link System#nanoTime} outside of tests
     * @param clock wall-clock time
     */
    public BotDirectory(
            RunDirectory runDirectory,
            Duration heartbeatTimeout,
            Duration forgetAfter,
            LongSupplier nanoClock,
            InstantSource clock) {
        this.runDirectory = runDirectory;
        this.open = new OpenFiles(heartbeatTimeout, nanoClock, System::gc);
        this.forgottenBots = new ForgottenBots(forgetAfter, clock, LOGGER);
    }

    /** {@return the bots as their files are now; none while the directory does not exist or cannot be listed} */
    public synchronized Bots read() {
        try {
            return readOnce();
        } catch (InternalError e) {
            // The JVM's late word for a file that was truncated while it was read; by now its length tells.
            return readOnce();
        }
    }

    private Bots readOnce() {
        SortedMap<String, String> problems = new TreeMap<>();
        Reading reading = new Reading();
        try {
            reading.openAll(list());
        } catch (IOException e) {
            problems.put(runDirectory.path().toString(), "cannot be listed: " + e);
            open.closeAllBut(Set.of());
        }
        Bots bots = reading.readAll();
        open.unmapClosed();
        bots.unreadable().forEach(file -> problems.put(file.bot() + SUFFIX, file.message()));
        changes.report(problems);
        forgottenBots.report();
        return bots;
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

    /** One look at all files. Confined to it. */
    private final class Reading {
        private final Map<InstanceName, OpenFile> files = new HashMap<>();
        private final Map<OpenFile, Integer> recordCounts = new HashMap<>();
        private final List<Bot> readable = new ArrayList<>();
        private final List<UnreadableFile> unreadable = new ArrayList<>();
        private final List<Bot> forgotten = new ArrayList<>();

        void openAll(SortedMap<String, Path> paths) {
            Set<InstanceName> listed = new HashSet<>();
            paths.forEach((stem, path) -> {
                try {
                    InstanceName name = new InstanceName(stem);
                    listed.add(name);
                    // Opening a named pipe would hang the scrape, and a link could lead anywhere.
                    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                        guarded(name, () -> {
                            OpenFile file = open.open(name, path);
                            recordCounts.put(file, file.reader().recordCount());
                            files.put(name, file);
                        });
                    } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) { // otherwise deleted since it was listed
                        unreadable.add(new UnreadableFile(stem, Reason.FOREIGN, path + " is not a regular file"));
                    }
                } catch (IllegalArgumentException e) {
                    unreadable.add(new UnreadableFile(stem, Reason.FOREIGN, path + ": " + e.getMessage()));
                }
            });
            open.closeAllBut(files.keySet());
            open.forgetHeartbeatsOfAllBut(listed);
        }

        Bots readAll() {
            List<OpenFile> smallestFirst = new ArrayList<>(files.values());
            smallestFirst.sort(Comparator.comparingInt((OpenFile file) -> recordCounts.getOrDefault(file, 0))
                    .thenComparing(file -> file.name().value()));
            int left = MAX_RECORDS;
            for (OpenFile file : smallestFirst) {
                int records = recordCounts.getOrDefault(file, 0);
                if (records > left) {
                    leaveOut(file, records);
                } else {
                    left -= records;
                    guarded(file.name(), () -> read(file));
                }
            }
            readable.sort(Comparator.comparing(bot -> bot.name().value()));
            forgotten.sort(Comparator.comparing(bot -> bot.name().value()));
            unreadable.sort(Comparator.comparing(UnreadableFile::bot));
            return new Bots(readable, unreadable, forgotten);
        }

        private void read(OpenFile file) throws CountersFileException {
            Bot bot = file.read();
            (forgottenBots.contain(bot, file.heartbeat()) ? forgotten : readable).add(bot);
        }

        private void leaveOut(OpenFile file, int records) {
            file.reader().trim();
            unreadable.add(new UnreadableFile(
                    file.name().value(),
                    Reason.TOO_LARGE,
                    "its " + records + " series do not fit beside those of smaller files; the page has room for "
                            + MAX_RECORDS + " in all"));
        }

        private void guarded(InstanceName name, Action action) {
            try {
                action.run();
            } catch (CountersFileException e) {
                open.close(name);
                unreadable.add(new UnreadableFile(name.value(), e.reason(), String.valueOf(e.getMessage())));
            } catch (InternalError e) {
                // The JVM's word for a mapped page that is no longer there.
                open.close(name);
                unreadable.add(
                        new UnreadableFile(name.value(), Reason.TRUNCATED, name + " was truncated while it was read"));
            }
        }
    }

    private interface Action {
        void run() throws CountersFileException;
    }

    @Override
    public synchronized void close() {
        open.closeAllBut(Set.of());
    }
}
