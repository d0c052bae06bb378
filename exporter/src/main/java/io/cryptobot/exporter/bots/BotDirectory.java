package io.cryptobot.exporter.bots;

import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.exporter.bots.Bots.Listing;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
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
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and reads the counters files of all bots in the run directory, also of stopped bots. Reading never throws: an
 * unreadable file is reported in {@link Bots#unreadable()}, and each change is logged. Thread-safe: concurrent reads
 * run one after the other.
 */
public final class BotDirectory implements AutoCloseable {
    /**
     * Maximum number of records in memory for all files together. A record needs about 0.5 KB, in a hostile file up to
     * 6 KB. Small files are read first, so that a huge file cannot displace the others.
     */
    static final int MAX_RECORDS = 100_000;

    /** Maximum number of unreadable files that are named; for further files only the count is exported. */
    static final int MAX_UNREADABLE = 1_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(BotDirectory.class);
    private static final String SUFFIX = ".counters";

    private final RunDirectory runDirectory;
    private final ChangeLogger changes = new ChangeLogger(LOGGER);
    /** This field and the next field are guarded by "this". */
    private final OpenFiles open;

    private final ForgottenBots forgottenBots;

    /**
     * @param heartbeatTimeout the time without a new heartbeat after which a bot counts as dead
     * @param forgetAfter the time after which a stopped bot counts as forgotten
     * @param nanoClock monotonic time in ns; {@link System#nanoTime}, except in tests
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

    /** {@return the current state of all bots; no bots if the directory does not exist or cannot be listed} */
    public synchronized Bots read() {
        try {
            return readOnce();
        } catch (InternalError e) {
            // A late report of the JVM: a file was truncated while it was read. The next read sees the short length.
            return readOnce();
        }
    }

    private Bots readOnce() {
        SortedMap<String, String> problems = new TreeMap<>();
        Reading reading = new Reading();
        Listing listing = Listing.DONE;
        try {
            reading.openAll(list());
        } catch (IOException e) {
            listing = Listing.FAILED;
            problems.put(runDirectory.path().toString(), "cannot be listed: " + e);
            open.closeAllBut(Set.of());
        }
        Bots bots = reading.readAll(listing);
        open.unmapClosed();
        bots.unreadable().forEach(file -> problems.put(file.bot() + SUFFIX, file.message()));
        if (bots.moreUnreadable() > 0) {
            problems.put(runDirectory.path().toString(), bots.moreUnreadable() + " more counters files cannot be read");
        }
        changes.report(problems);
        return bots;
    }

    private SortedMap<String, Path> list() throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> directory = Files.newDirectoryStream(runDirectory.path())) {
            for (Path file : directory) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    files.put(name.substring(0, name.length() - SUFFIX.length()), file);
                }
            }
        } catch (NoSuchFileException e) {
            return files;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    /** One pass over all files. Confined to one thread. */
    private final class Reading {
        private final Set<InstanceName> opened = new HashSet<>();
        /** The number of records by file. */
        private final Map<OpenFile, Integer> recordCounts = new HashMap<>();

        private final List<Bot> readable = new ArrayList<>();
        private final NavigableMap<String, UnreadableFile> unreadable = new TreeMap<>();
        private int moreUnreadable;

        void openAll(SortedMap<String, Path> paths) {
            Set<InstanceName> listed = new HashSet<>();
            paths.forEach((stem, path) -> {
                try {
                    InstanceName name = new InstanceName(stem);
                    listed.add(name);
                    // Opening a named pipe would block the scrape, and a link could point to any file.
                    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                        guarded(name, () -> open(name, path));
                    } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) { // otherwise deleted after the listing
                        refuse(stem, Reason.FOREIGN, path + " is not a regular file");
                    }
                } catch (IllegalArgumentException e) {
                    refuse(stem, Reason.FOREIGN, path + ": " + e.getMessage());
                }
            });
            open.closeAllBut(opened);
            open.forgetHeartbeatsOfAllBut(listed);
        }

        private void open(InstanceName name, Path path) throws CountersFileException {
            OpenFile file = open.open(name, path);
            if (forgottenBots.contain(name, file.reader().owner(), file.heartbeat())) {
                file.reader().trim();
            } else {
                recordCounts.put(file, file.reader().recordCount());
            }
            opened.add(name);
        }

        Bots readAll(Listing listing) {
            List<Map.Entry<OpenFile, Integer>> smallestFirst = new ArrayList<>(recordCounts.entrySet());
            smallestFirst.sort(Map.Entry.<OpenFile, Integer>comparingByValue()
                    .thenComparing(entry -> entry.getKey().name().value()));
            int left = MAX_RECORDS;
            for (Map.Entry<OpenFile, Integer> entry : smallestFirst) {
                OpenFile file = entry.getKey();
                int records = entry.getValue();
                if (records > left) {
                    leaveOut(file, records);
                } else {
                    left -= records;
                    guarded(file.name(), () -> readable.add(file.read()));
                }
            }
            readable.sort(Comparator.comparing(bot -> bot.name().value()));
            return new Bots(
                    listing, readable, List.copyOf(unreadable.values()), moreUnreadable, forgottenBots.report());
        }

        private void leaveOut(OpenFile file, int records) {
            file.reader().trim();
            refuse(
                    file.name().value(),
                    Reason.TOO_LARGE,
                    "its " + records + " series do not fit beside those of smaller files; the page has room for "
                            + MAX_RECORDS + " in all");
        }

        private void guarded(InstanceName name, Action action) {
            try {
                action.run();
            } catch (CountersFileException e) {
                open.close(name);
                refuse(name.value(), e.reason(), String.valueOf(e.getMessage()));
            } catch (InternalError e) {
                // The JVM throws this error if a page of the mapped file no longer exists.
                open.close(name);
                refuse(name.value(), Reason.TRUNCATED, name + " was truncated while it was read");
            }
        }

        private void refuse(String stem, Reason reason, String message) {
            unreadable.put(stem, new UnreadableFile(stem, reason, message));
            if (unreadable.size() > MAX_UNREADABLE) {
                unreadable.pollLastEntry();
                moreUnreadable++;
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
