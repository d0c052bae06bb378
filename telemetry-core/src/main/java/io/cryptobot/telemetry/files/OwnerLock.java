package io.cryptobot.telemetry.files;

import io.cryptobot.telemetry.ToolApi;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive right to write a file: a kernel lock on {@code <file>.lock}. The kernel releases it when the process
 * ends, also after {@code SIGKILL}, so there are no stale locks and no checks of process ids. The lock file is never
 * deleted. No other code in this process may open it, because closing any channel on it would release the lock.
 * Thread-safe.
 */
@ToolApi
public final class OwnerLock implements AutoCloseable {
    /** Another running process, or another part of this process, owns the file. */
    public static final class HeldException extends IOException {
        HeldException(Path file) {
            super(file + " is in use by another running process");
        }
    }

    /** Lock files that this process holds. They must not be opened a second time, not even to check the lock. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path lockFile;
    private final FileChannel channel;
    private final Object identity;

    private OwnerLock(Path lockFile, FileChannel channel, Object identity) {
        this.lockFile = lockFile;
        this.channel = channel;
        this.identity = identity;
    }

    /**
     * Takes the lock of a file. The file need not exist.
     *
     * @throws HeldException when another owner has it
     * @throws IOException when the lock file cannot be used
     */
    public static OwnerLock acquire(Path file) throws IOException {
        Path lockFile = file.toAbsolutePath().normalize().resolveSibling(file.getFileName() + ".lock");
        if (!HELD.add(lockFile)) {
            throw new HeldException(file);
        }
        FileChannel channel = null;
        boolean done = false;
        try {
            if (Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(lockFile + " is not a regular file"); // opening a named pipe would block
            }
            channel = FileChannel.open(
                    lockFile,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            if (channel.tryLock() == null) {
                throw new HeldException(file);
            }
            OwnerLock lock = new OwnerLock(lockFile, channel, MappedFile.identity(lockFile));
            done = true;
            return lock;
        } catch (OverlappingFileLockException e) {
            throw new HeldException(file); // this process holds it under another name of the file
        } finally {
            if (!done) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(lockFile);
            }
        }
    }

    /**
     * Returns true if the path still names the locked file. If the file was deleted, for example with its directory,
     * another process can lock a new file with the same name.
     */
    public boolean isInPlace() {
        try {
            return identity.equals(MappedFile.identity(lockFile));
        } catch (IOException e) {
            return false;
        }
    }

    /** {@return true if the lock was released} */
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // harmless: the kernel releases the lock with the descriptor
        }
        HELD.remove(lockFile);
    }
}
