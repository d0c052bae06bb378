package io.cryptobot.telemetry.counters;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Does to a directory and the counters file in it what a full disk, an administrator or a careless program does. */
final class FaultyFileSystem {
    private static final int PAGE = 4096;

    private final Path directory;
    private final Path file;

    FaultyFileSystem(Path directory, Path file) {
        this.directory = directory;
        this.file = file;
    }

    /** Takes all space; {@link #empty} gives it back. */
    void fill() throws IOException {
        try (FileChannel channel = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                channel.write(ByteBuffer.allocate(PAGE));
                if (channel.size() % (1 << 20) == 0) {
                    channel.force(true); // a disk may promise more than it has until then
                }
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    void empty() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    /** {@return files that use up all inodes} */
    List<Path> takeAllInodes() {
        List<Path> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(Files.createFile(directory.resolve("filler" + taken.size())));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
        return taken;
    }

    /** Makes zeros holes, as {@code cp --sparse=always} does. */
    void makeSparse() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes.length);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            for (int page = 0; page < bytes.length; page += PAGE) {
                boolean used = false;
                for (int at = page; at < page + PAGE; at += 8) {
                    used |= buffer.getLong(at) != 0;
                }
                if (used) {
                    sparse.seek(page);
                    sparse.write(bytes, page, PAGE);
                }
            }
        }
    }

    void truncate() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    void overwrite(int offset, byte[] bytes) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(offset);
            raw.write(bytes);
        }
    }

    void replace() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "somebody's notes");
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @param how {@code ro} or {@code rw} */
    void remount(String how) {
        ChildProcess.Result mount =
                ChildProcess.program("mount", "-o", "remount," + how, directory).run();
        assertThat(mount.exitCode()).as(mount.output()).isZero();
    }
}
