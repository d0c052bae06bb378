package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write a file, held as a kernel lock on a file beside it for the life of the owner. The kernel ends it with
 * the process, also on {@code SIGKILL}, so there is no stale lock and no guessing about process ids. The lock file is
 * never deleted, and nothing else may open it in this process: closing any channel on it would drop the lock.
 * Thread-safe.
 */
public final class OwnerLock implements AutoCloseable {
    /** Lock files held by this process; they must not be opened a second time, not even to find out. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path lockFile;
    private final FileChannel channel;

    private OwnerLock(Path lockFile, FileChannel channel) {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * Takes the lock {@code <file>.lock}.
     *
     * @throws CountersFileException {@link Reason#OWNED} when another owner lives, {@link Reason#IO} when the lock file
     *     cannot be used
     */
    public static OwnerLock acquire(Path file) throws CountersFileException {
        Path lockFile = file.toAbsolutePath().normalize().resolveSibling(file.getFileName() + ".lock");
        if (!HELD.add(lockFile)) {
            throw owned(file);
        }
        try {
            FileChannel channel = FileChannel.open(
                    lockFile,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            if (channel.tryLock() != null) {
                return new OwnerLock(lockFile, channel);
            }
            channel.close();
        } catch (IOException e) {
            HELD.remove(lockFile);
            throw new CountersFileException(Reason.IO, lockFile + " cannot be locked: " + e, e);
        }
        HELD.remove(lockFile);
        throw owned(file);
    }

    private static CountersFileException owned(Path file) {
        return new CountersFileException(
                Reason.OWNED,
                file
                        + " is in use by another running process; give this bot another CRYPTOBOT_INSTANCE or stop the other"
                        + " one");
    }

    boolean isClosed() {
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
