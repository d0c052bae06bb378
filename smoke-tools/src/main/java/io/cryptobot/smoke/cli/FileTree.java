package io.cryptobot.smoke.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory with all that is in it. Stateless; thread-safe. */
public final class FileTree {
    private FileTree() {}

    /** Removes it without following links; does nothing if it does not exist or another process has just removed it. */
    public static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // which is what is wanted
        }
    }
}
