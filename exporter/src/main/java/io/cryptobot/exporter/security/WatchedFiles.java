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
 * The files of one version of the web configuration, with digests of their content. It compares content and not file
 * times, because a file can change twice within the resolution of its time, and because a mounted secret is a link that
 * points to another file after a change. Not thread-safe.
 */
final class WatchedFiles {
    /** Maximum file size; certificate chains and lists of users are much smaller. */
    private static final int MAX_BYTES = 1 << 20;

    private final Map<Path, String> digests = new TreeMap<>();

    /** {@return the content of a file} From now on the file is watched. */
    byte[] read(Path file) throws WebConfigException {
        byte[] content = content(file);
        digests.put(file, ContentDigest.of(content));
        return content;
    }

    /** {@return the digest of each file at the time of reading} */
    Map<Path, String> asRead() {
        return Map.copyOf(digests);
    }

    /** {@return the current digest of each of these files} */
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
     * Rejects a file that every user of the host can read or change, like ssh does with its keys. A warning is not
     * enough, because the secret is already exposed. On a file system without such permissions every file is accepted.
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
            // a named pipe would block the reader and every later poll
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
