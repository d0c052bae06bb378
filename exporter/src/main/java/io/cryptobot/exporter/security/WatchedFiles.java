package io.cryptobot.exporter.security;

import io.cryptobot.exporter.ContentDigest;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that one version of the web configuration was read from, and what was in them then. Compared by content: a
 * file can change twice within the resolution of its time, and a mounted secret is a link to another file after a change.
 * Not thread-safe.
 */
final class WatchedFiles {
    /** Larger than any certificate chain or list of users. */
    private static final int MAX_BYTES = 1 << 20;

    private final Map<Path, String> digests = new TreeMap<>();

    /** {@return the content of a file, which is watched from now on} */
    byte[] read(Path file) throws WebConfigException {
        byte[] content = content(file);
        digests.put(file, ContentDigest.of(content));
        return content;
    }

    /** {@return what was in each file when it was read} */
    Map<Path, String> asRead() {
        return Map.copyOf(digests);
    }

    /** {@return what is in each of these files now} */
    static Map<Path, String> now(Set<Path> files) {
        Map<Path, String> now = new TreeMap<>();
        for (Path file : files) {
            try {
                now.put(file, ContentDigest.of(content(file)));
            } catch (WebConfigException e) {
                now.put(file, String.valueOf(e.getMessage()));
            }
        }
        return now;
    }

    /**
     * Refuses a file that any user of the host can read or change, as ssh does with its keys: nobody may read a warning
     * in the log, and the secret is already exposed. Without such permissions every file passes.
     */
    static void requirePrivate(Path file, String content) throws WebConfigException {
        @Nullable PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        Set<PosixFilePermission> permissions;
        try {
            permissions = view == null ? Set.of() : view.readAttributes().permissions();
        } catch (IOException e) {
            throw new WebConfigException(file, "its permissions cannot be read: " + e.getMessage());
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new WebConfigException(
                    file, "holds " + content + " and is open to every user of this host: chmod o-rwx");
        }
    }

    private static byte[] content(Path file) throws WebConfigException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe would block the reader, and every later poll, for ever.
            throw new WebConfigException(file, "is not a regular file");
        }
        byte[] bytes;
        try (var content = Files.newInputStream(file)) {
            bytes = content.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new WebConfigException(file, "there is no such file");
        } catch (AccessDeniedException e) {
            throw new WebConfigException(
                    file, "the exporter's user may not read it: give it to its group, with mode 0640");
        } catch (IOException e) {
            throw new WebConfigException(file, "cannot be read: " + e.getMessage());
        }
        if (bytes.length > MAX_BYTES) {
            throw new WebConfigException(file, "has more than " + MAX_BYTES + " bytes");
        }
        return bytes;
    }
}
