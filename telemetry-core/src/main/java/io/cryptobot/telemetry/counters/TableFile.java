package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.SUPERSEDED_OFFSET;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.RegisteredSeries.CopyMode;
import io.cryptobot.telemetry.files.DurableFile;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The file of a bot's table. It creates, resumes, replaces or renames the file, and detects its loss while it is in
 * use. Only the owner of the file's lock may use it. Confined to one thread at a time.
 */
final class TableFile {
    private final Path file;
    private final InstanceName instance;
    private final Geometry geometry;
    private final LongSupplier clockMs;
    private final BiConsumer<Path, String> onPutAside;
    private int lengthBytes;
    private boolean counted;
    private @Nullable Object identity;

    /**
     * @param geometry size of a new file
     * @param onPutAside receives the new path of a file that was put aside, and the reason
     */
    TableFile(
            Path file,
            InstanceName instance,
            Geometry geometry,
            LongSupplier clockMs,
            BiConsumer<Path, String> onPutAside) {
        this.file = file;
        this.instance = instance;
        this.geometry = geometry;
        this.clockMs = clockMs;
        this.onPutAside = onPutAside;
        this.lengthBytes = geometry.fileLength();
    }

    /** The reason for a loss of the file, and which values can be saved. */
    record Loss(String what, CopyMode mode) {}

    /** {@return the loss of the file since it was opened; null if the file is intact} */
    @Nullable
    Loss loss() {
        try {
            if (!MappedFile.identity(file).equals(identity)) {
                return new Loss("was replaced while in use", CopyMode.TOTALS);
            }
            return isWhole() ? null : truncation();
        } catch (NoSuchFileException e) {
            return new Loss("was deleted while in use", CopyMode.TOTALS);
        } catch (IOException e) {
            return new Loss("cannot be reached any more", CopyMode.TOTALS);
        }
    }

    static Loss truncation() {
        return new Loss("was truncated while in use", CopyMode.TOTALS_OF_LAST_BEAT);
    }

    boolean isWhole() {
        try {
            return Files.size(file) == lengthBytes;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * {@return the table in the file, owned by this process} Creates, resumes or replaces the file.
     *
     * @throws IOException if the file cannot be used
     */
    Table open() throws IOException {
        DurableFile.removeUnfinished(file);
        Table table = resume();
        if (table == null) {
            table = create();
        } else {
            CountersFileLayout.set(table.buffer(), SUPERSEDED_OFFSET, 0);
            table.repairGeneration();
            if (table.geometry().capacity() < geometry.capacity() || table.needsCompaction()) {
                table = replaceIfPossible(table);
            }
            table.countRestart();
        }
        table.setOwner(clockMs.getAsLong());
        identity = MappedFile.identity(file);
        lengthBytes = table.geometry().fileLength();
        return table;
    }

    /** From now on this run has the complete counts, so a file that replaces this file is not resumed. */
    void setCounted() {
        counted = true;
    }

    boolean isCounted() {
        return counted;
    }

    /** {@return the table of an earlier run; null if there is none or if its file was put aside} */
    private @Nullable Table resume() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        if (counted) {
            putAside(file + " took the place of the file that this bot counted in");
            return null;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) { // opening a named pipe would block
            putAside(file + " is not a regular file");
            return null;
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            Geometry found = CountersFileLayout.checkHeader(
                    CountersFileLayout.readHeader(channel), channel.size(), instance, file);
            MappedFile.fillHoles(channel);
            return Table.over(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, found.fileLength())
                            .order(ByteOrder.nativeOrder()),
                    found);
        } catch (CountersFileException e) {
            putAside(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Renames the file and keeps it. Telemetry is not degraded, because the counts of this run are exported. */
    private void putAside(String why) throws IOException {
        Path where = nameAside();
        Files.move(file, where, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        onPutAside.accept(where, why);
    }

    /**
     * {@return the new name} It replaces the last file that was put aside. If a directory has this name, a number is
     * added.
     */
    private Path nameAside() {
        boolean directory = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        Path where = file.resolveSibling(file.getFileName() + ".rejected");
        for (int next = 2;
                Files.isDirectory(where, LinkOption.NOFOLLOW_LINKS)
                        || (directory && Files.exists(where, LinkOption.NOFOLLOW_LINKS));
                next++) {
            where = file.resolveSibling(file.getFileName() + ".rejected-" + next);
        }
        return where;
    }

    private Table create() throws IOException {
        ByteBuffer buffer = MappedFile.create(file, geometry.fileLength(), fresh -> writeHeader(fresh, geometry))
                .buffer();
        return Table.over(buffer, geometry);
    }

    /** Keeps the old file if the file system is full, because a small file is better than no file. */
    private Table replaceIfPossible(Table old) {
        try {
            return replace(old);
        } catch (IOException e) {
            CountersFileLayout.set(old.buffer(), SUPERSEDED_OFFSET, 0);
            return old;
        }
    }

    /**
     * Copies the records in use to a new file, which replaces the old one. The old file is marked, so that its readers
     * open the new one.
     */
    private Table replace(Table old) throws IOException {
        Geometry size = old.geometry().capacity() < geometry.capacity() ? geometry : old.geometry();
        ByteBuffer buffer = MappedFile.create(file, size.fileLength(), fresh -> {
                    writeHeader(fresh, size);
                    old.copyTo(Table.over(fresh, size));
                    CountersFileLayout.set(old.buffer(), SUPERSEDED_OFFSET, 1);
                })
                .buffer();
        return Table.over(buffer, size);
    }

    private void writeHeader(ByteBuffer fresh, Geometry size) {
        CountersFileLayout.writeHeader(fresh, size, instance, clockMs.getAsLong());
    }
}
