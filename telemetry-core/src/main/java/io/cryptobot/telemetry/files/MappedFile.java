package io.cryptobot.telemetry.files;

import io.cryptobot.telemetry.ToolApi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Creates and identifies memory-mapped files that processes share. Stateless; thread-safe. */
@ToolApi
public final class MappedFile {
    private static final int PAGE = 4096;
    private static final ByteBuffer ZEROS = ByteBuffer.allocate(PAGE).asReadOnlyBuffer();

    private MappedFile() {}

    /**
     * A file's bytes in memory.
     *
     * @param identity identifies the mapped file, also after another file has taken its name
     */
    public record Mapping(ByteBuffer buffer, Object identity) {}

    /**
     * Makes or replaces a file of a fixed length and maps it. The file gets its name only after {@code initializer} has
     * written it. Owner and group may use it. When several processes do this at once, the last rename wins; the others
     * can detect it with {@link #identity}.
     *
     * @throws IOException when the directory cannot be written or the file system is full
     */
    public static Mapping create(Path file, int lengthBytes, Consumer<ByteBuffer> initializer) throws IOException {
        Path unfinished = DurableFile.unfinished(file);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")))) {
            // Real zeros before the mapping: a hole on a full tmpfs is a SIGBUS that kills a JDK 17 process, while a
            // full file system here is an IOException.
            ByteBuffer zeros = ByteBuffer.allocate(lengthBytes);
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
            ByteBuffer buffer =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, lengthBytes).order(ByteOrder.nativeOrder());
            initializer.accept(buffer);
            Object identity = identity(unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new Mapping(buffer, identity);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e instanceof FileSystemException failure ? named(file, failure) : e;
        }
    }

    /**
     * Uses the name of the file itself in the message. The temporary file has a new name each time, so each retry would
     * log a different message.
     */
    private static FileSystemException named(Path file, FileSystemException failure) {
        String reason = Objects.requireNonNullElse(
                failure.getReason(), failure.getClass().getSimpleName());
        FileSystemException same = new FileSystemException(file.toString(), null, reason);
        same.initCause(failure);
        return same;
    }

    /**
     * Allocates every page of a file, because another program may have made it with holes, for example a sparse copy. A
     * store into a hole of a mapped file is a SIGBUS if the file system is full. The content does not change.
     *
     * @throws IOException when the file system is full
     */
    public static void fillHoles(FileChannel channel) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        ByteBuffer zero = ByteBuffer.allocate(1);
        for (long start = 0; start < channel.size(); start += PAGE) {
            channel.read(page.clear(), start);
            page.flip();
            boolean empty = page.mismatch(ZEROS.duplicate().limit(page.remaining())) < 0;
            if (empty) {
                channel.write(zero.clear(), start);
            }
        }
    }

    /**
     * {@return the identity of a file; a later file with the same name has another identity}
     *
     * @throws IOException when there is no such file
     */
    public static Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        return key == null ? file : key; // Windows has no inodes, but there a mapped file cannot be replaced
    }
}
