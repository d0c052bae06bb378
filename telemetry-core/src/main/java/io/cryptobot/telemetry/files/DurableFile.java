package io.cryptobot.telemetry.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.ToolApi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Replaces a file so that after a crash of the process or the machine it has either the old or the new content. The new
 * content is written to a temporary file in the same directory and forced to the disk. Then the temporary file is
 * renamed and the directory is forced. Stateless; thread-safe, also across processes: the last rename wins.
 */
@ToolApi
public final class DurableFile {
    /** Makes the names of unfinished files unique. */
    private static final AtomicInteger CREATED = new AtomicInteger();

    private DurableFile() {}

    /** Who may use the new file. */
    public enum Access {
        /** As set by the umask of the process. */
        DEFAULT,
        /** The owner reads and writes. */
        OWNER("rw-------"),
        /** The owner reads and writes, the group reads. */
        OWNER_AND_GROUP("rw-r-----");

        private final FileAttribute<?>[] attributes;

        Access() {
            attributes = new FileAttribute<?>[0];
        }

        Access(String permissions) {
            attributes = new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
            };
        }
    }

    /** The content of a file. */
    @FunctionalInterface
    public interface Content {
        /**
         * {@return the bytes to write}
         *
         * @param unfinished the empty temporary file, which becomes the file; for content that must differ between a
         *     file and its copy
         */
        byte[] bytes(Path unfinished) throws IOException;
    }

    /**
     * Makes or replaces a file with this text in UTF-8.
     *
     * @throws IOException if the directory is missing, cannot be written or is full. The file is then unchanged, unless
     *     only forcing the directory failed
     */
    public static void replace(Path file, Access access, String text) throws IOException {
        replace(file, access, unfinished -> text.getBytes(UTF_8));
    }

    /** Does the same as {@link #replace(Path, Access, String)} with content that depends on the temporary file. */
    public static void replace(Path file, Access access, Content content) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
        Path unfinished = unfinished(file);
        try {
            try (FileChannel channel = FileChannel.open(
                    unfinished, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), access.attributes)) {
                ByteBuffer bytes = ByteBuffer.wrap(content.bytes(unfinished));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        forceDirectory(directory);
    }

    /** Forces a directory to the disk. Only after this a new file name survives a crash of the machine. */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Removes unfinished files of killed processes. Only the owner of the file may call this.
     *
     * @throws IOException when the directory cannot be read or written
     */
    public static void removeUnfinished(Path file) throws IOException {
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(file.toAbsolutePath().getParent(), file.getFileName() + ".*.new")) {
            for (Path each : left) {
                Files.deleteIfExists(each);
            }
        }
    }

    /** {@return an unused name in the directory of the file} */
    static Path unfinished(Path file) throws IOException {
        Path unfinished = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + "-" + CREATED.incrementAndGet() + ".new");
        Files.deleteIfExists(unfinished); // from an earlier process with the same id
        return unfinished;
    }
}
