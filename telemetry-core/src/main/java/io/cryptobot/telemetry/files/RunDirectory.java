package io.cryptobot.telemetry.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The directory that bot, exporter and command line share on one host. It is on tmpfs by default, because writes to a
 * mapped file on a disk can block while the kernel writes pages back. Immutable.
 *
 * @param path the directory; it need not exist yet
 */
public record RunDirectory(Path path) {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path SELF = Path.of("/proc/self");

    /**
     * {@return {@code CRYPTOBOT_RUN_DIR}, or {@code /dev/shm/cryptobot-<uid>} by default; without {@code /dev/shm} it
     * is in the temporary directory}
     */
    public static RunDirectory from(Map<String, String> environment) {
        String configured = environment.getOrDefault("CRYPTOBOT_RUN_DIR", "").strip();
        if (!configured.isEmpty()) {
            return new RunDirectory(Path.of(configured).toAbsolutePath().normalize());
        }
        return new RunDirectory(defaultPath());
    }

    private static Path defaultPath() {
        Path parent = Files.isDirectory(SHARED_MEMORY)
                ? SHARED_MEMORY
                : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        return parent.resolve("cryptobot-" + userId());
    }

    /**
     * Creates the directory for owner and group if it is missing.
     *
     * @throws IOException when it cannot be created, is not a directory, or belongs to another user: every user can
     *     write to {@code /dev/shm}, so another user could have created a directory with our name
     */
    public void create() throws IOException {
        try {
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("run directory " + path + " is not a directory", e);
            }
        }
        if (!Files.isWritable(path)) {
            throw new IOException("run directory " + path + " is not writable");
        }
        // Root may use a configured directory of another user, but never a directory that it finds in a shared place.
        boolean configured = !path.equals(defaultPath());
        if (!owner(path).equals(owner(SELF)) && !(userId().equals("0") && configured)) {
            throw new IOException("run directory " + path + " belongs to another user");
        }
    }

    /** {@return the counters file of a bot} */
    public Path countersFile(InstanceName bot) {
        return path.resolve(bot + ".counters");
    }

    /** {@return the control file of a bot} */
    public Path controlFile(InstanceName bot) {
        return path.resolve(bot + ".control");
    }

    private static String userId() {
        String owner = owner(SELF);
        return owner.isEmpty() ? System.getProperty("user.name", "unknown") : owner;
    }

    /** {@return the numeric owner; empty if files have none} */
    private static String owner(Path file) {
        try {
            return Files.getAttribute(file, "unix:uid").toString();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "";
        }
    }
}
