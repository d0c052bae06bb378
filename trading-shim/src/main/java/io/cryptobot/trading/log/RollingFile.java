package io.cryptobot.trading.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A text file that is rolled when it is full and at the end of the day (UTC): {@code order_processor.log} is renamed to
 * {@code order_processor.2026-11-24.1.log}. Only the newest old files are kept. The file is reopened once a second, so
 * that another tool may move it, and after a failure. Confined to one thread.
 */
final class RollingFile implements AutoCloseable {
    private static final long REOPEN_INTERVAL_MS = 1_000;

    private final Path file;
    private final Path directory;
    private final long maxBytes;
    private final int maxOldFiles;
    private final InstantSource clock;
    private @Nullable FileChannel channel;
    private long openedMs;
    private boolean lastLineEnds;

    RollingFile(Path file, long maxBytes, int maxOldFiles, InstantSource clock) {
        this.file = file;
        this.directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
        this.maxBytes = maxBytes;
        this.maxOldFiles = maxOldFiles;
        this.clock = clock;
    }

    Path path() {
        return file;
    }

    /**
     * Appends all of the complete lines or none of them.
     *
     * @throws IOException if the lines were not written
     */
    void append(ByteBuffer lines) throws IOException {
        FileChannel present = present(lines.remaining());
        long before = present.size();
        try {
            while (lines.hasRemaining()) {
                present.write(lines);
            }
        } catch (IOException e) { // a full disk may have written an incomplete line; remove it
            lastLineEnds = false; // assume an incomplete line, because truncate may fail too
            try (this) {
                present.truncate(before);
            }
            throw e;
        }
    }

    private FileChannel present(int more) throws IOException {
        FileChannel present = channel;
        long age = clock.millis() - openedMs; // negative if the clock was set back
        if (present != null && age >= 0 && age < REOPEN_INTERVAL_MS && present.size() + more <= maxBytes) {
            return present;
        }
        close();
        rollIfDue(more);
        present = open();
        channel = present;
        openedMs = clock.millis();
        if (!lastLineEnds) {
            endLastLine(present);
        }
        return present;
    }

    @Override
    public void close() throws IOException {
        FileChannel present = channel;
        channel = null;
        if (present != null) {
            present.close();
        }
    }

    /** Ends the last line, which may be incomplete if its writer was killed. */
    private void endLastLine(FileChannel present) throws IOException {
        try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            if (reader.size() > 0 && reader.read(last, reader.size() - 1) == 1 && last.get(0) != '\n') {
                present.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
        }
        lastLineEnds = true;
    }

    private FileChannel open() throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (NoSuchFileException e) { // only now: creating an existing directory causes an exception inside the JDK
            Files.createDirectories(directory);
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private void rollIfDue(int more) throws IOException {
        BasicFileAttributes present;
        try {
            present = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return;
        }
        long day = epochDay(present.lastModifiedTime().toMillis());
        if (present.size() > 0 && (present.size() + more > maxBytes || day != epochDay(clock.millis()))) {
            int number = 1;
            while (Files.exists(old(LocalDate.ofEpochDay(day), number))) {
                number++;
            }
            Files.move(file, old(LocalDate.ofEpochDay(day), number), StandardCopyOption.ATOMIC_MOVE);
            deleteOldest();
        }
    }

    private static long epochDay(long epochMs) {
        return Math.floorDiv(epochMs, TimeUnit.DAYS.toMillis(1));
    }

    private Path old(LocalDate day, int number) {
        return directory.resolve(stem() + "." + day + "." + number + ".log");
    }

    private String stem() {
        String name = file.getFileName().toString();
        return name.endsWith(".log") ? name.substring(0, name.length() - ".log".length()) : name;
    }

    private void deleteOldest() throws IOException {
        List<Path> old = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, stem() + ".????-??-??.*.log")) {
            found.forEach(old::add);
        }
        old.sort(Comparator.comparing(RollingFile::modified));
        for (int index = 0; index < old.size() - maxOldFiles; index++) {
            Files.deleteIfExists(old.get(index));
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // deleted meanwhile
        }
    }
}
