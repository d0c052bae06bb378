package io.cryptobot.ops;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory that {@code install} fills.
 *
 * <pre>
 * DIR/current            → releases/ID, the active release
 * DIR/releases/ID/ops/       with the settings of this host
 * DIR/releases/ID/shipped/   as the jar contains it, for a rollback and for sha256sum -c
 * DIR/local/             the files of the host
 * DIR/history            a line for each activation: time, ID, command
 * </pre>
 *
 * ID is the version and the first digits of the SHA-256 of {@code ops/}, so the same ID always means the same files.
 */
final class Installation {

    private static final int KEPT_RELEASES = 3;

    private final Path root;

    Installation(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    Path current() {
        return root.resolve("current");
    }

    Path release(String id) {
        return root.resolve("releases").resolve(id);
    }

    LocalFiles local() {
        return new LocalFiles(root.resolve("local"));
    }

    /** Takes the exclusive lock of the directory. It ends when the channel is closed or this process ends. */
    FileChannel lock() throws IOException, InstallException {
        FileTree.createDirectories(root.resolve("releases"));
        Path file = root.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // another thread of this process holds the lock
        }
        if (lock == null) {
            channel.close();
            throw new InstallException(ExitCode.BUSY, file + ": another command is running in " + root);
        }
        return channel;
    }

    /** {@return the release that "current" names} */
    Optional<String> currentId() throws IOException {
        if (!Files.isSymbolicLink(current())) {
            return Optional.empty();
        }
        return Optional.of(Files.readSymbolicLink(current()).getFileName().toString());
    }

    /** Writes the release to {@code releases/.staged}. An old staged directory is deleted first. */
    Path stage(FileTree shipped, FileTree live) throws IOException {
        Path staged = release(".staged");
        delete(staged);
        live.write(staged);
        shipped.write(staged.resolve("shipped"));
        return staged;
    }

    /** Moves the staged release to its name, unless it exists already. */
    void keep(Path staged, String id) throws IOException {
        if (Files.exists(release(id))) {
            delete(staged);
        } else {
            Files.move(staged, release(id), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Makes "current" point to the release; the link is replaced atomically. */
    void switchTo(String id) throws IOException {
        Path link = root.resolve(".current");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of("releases", id));
        Files.move(link, current(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Records a successful activation; only recorded releases can be used for a rollback. */
    void record(String id, String command) throws IOException {
        Files.writeString(
                root.resolve("history"),
                Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + id + " " + command + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Removes the link "current". */
    void removeCurrent() throws IOException {
        Files.deleteIfExists(current());
    }

    /** {@return the releases that exist and were active, the last one first, each with its last line of the history} */
    Map<String, String> releases() throws IOException {
        Path history = root.resolve("history");
        List<String> lines = Files.exists(history) ? Files.readAllLines(history) : List.of();
        Map<String, String> releases = new LinkedHashMap<>();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String[] words = lines.get(i).split(" ", 3);
            if (words.length == 3 && Files.isDirectory(release(words[1]), LinkOption.NOFOLLOW_LINKS)) {
                releases.putIfAbsent(words[1], words[0] + "  " + words[2]);
            }
        }
        return releases;
    }

    /** Deletes all releases except the current one and the last ones that were active. */
    void prune() throws IOException {
        List<String> kept = releases().keySet().stream().limit(KEPT_RELEASES).toList();
        String current = currentId().orElse("");
        try (Stream<Path> present = Files.list(root.resolve("releases"))) {
            for (Path release : present.toList()) {
                String id = release.getFileName().toString();
                if (!kept.contains(id) && !id.equals(current)) {
                    delete(release);
                }
            }
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(requireNonNull(file));
            }
        }
    }
}
