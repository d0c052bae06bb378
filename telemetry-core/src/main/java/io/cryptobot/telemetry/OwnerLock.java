package io.cryptobot.telemetry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write a file, held as a kernel lock on {@code <file>.lock} for the life of the owner. The kernel ends it
 * with the process, also on {@code SIGKILL}, so there is no stale lock and no guessing about process ids. The lock file is
 * never deleted, and nothing else may open it in this process: closing any channel on it would drop the lock.
 * Thread-safe.
 */
public final class OwnerLock implements AutoCloseable {
    /** Another living process, or another part of this one, owns the file. */
    public static final class HeldException extends IOException {
        HeldException(Path file) {
            super(file + " is in use by another running process");
        }
    }

    /** Lock files held by this process; they must not be opened a second time, not even to find out. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path lockFile;
    private final FileChannel channel;

    private OwnerLock(Path lockFile, FileChannel channel) {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * Takes the lock of a file, which need not exist.
     *
     * @throws HeldException when somebody else has it
     * @throws IOException when the lock file cannot be used
     */
    public static OwnerLock acquire(Path file) throws IOException {
        Path lockFile = file.toAbsolutePath().normalize().resolveSibling(file.getFileName() + ".lock");
        if (!HELD.add(lockFile)) {
            throw new HeldException(file);
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(
                    lockFile,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            locked = channel.tryLock() != null;
            if (!locked) {
                throw new HeldException(file);
            }
            return new OwnerLock(lockFile, channel);
        } catch (OverlappingFileLockException e) {
            throw new HeldException(file); // by this process, under another name of the file
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(lockFile);
            }
        }
    }

    /** {@return whether the lock was given up} */
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing is lost: the kernel drops the lock with the descriptor
        }
        HELD.remove(lockFile);
    }
}
