package io.cryptobot.ops;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * File contents by relative path, always with slashes. Immutable if callers do not change the arrays.
 */
record FileTree(SortedMap<String, byte[]> files) {

    FileTree {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * {@return the files of a jar or of a directory whose path begins with one of the prefixes}
     *
     * @throws IOException if it cannot be read; the message names the file
     */
    static FileTree read(Path origin, String... prefixes) throws IOException {
        return Files.isDirectory(origin) ? ofDirectory(origin, prefixes) : ofJar(origin, prefixes);
    }

    private static FileTree ofDirectory(Path origin, String... prefixes) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (String prefix : prefixes) {
            if (Files.isDirectory(origin.resolve(prefix))) {
                try (Stream<Path> paths = Files.walk(origin.resolve(prefix))) {
                    for (Path path : paths.filter(Files::isRegularFile).toList()) {
                        files.put(origin.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
                    }
                }
            }
        }
        return new FileTree(files);
    }

    /** Entry by entry, because a shaded jar need not have an entry for the directory. */
    private static FileTree ofJar(Path origin, String... prefixes) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (JarFile jar = new JarFile(origin.toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                String name = entry.getName();
                if (!entry.isDirectory() && Stream.of(prefixes).anyMatch(name::startsWith)) {
                    try (InputStream content = jar.getInputStream(entry)) {
                        files.put(name, content.readAllBytes());
                    } catch (IOException e) {
                        throw new FileSystemException(origin + "!/" + name, null, "damaged: " + e.getMessage());
                    }
                }
            }
        }
        return new FileTree(files);
    }

    /** {@return the content of a file, empty if there is no such file} */
    byte[] bytes(String path) {
        return files.getOrDefault(path, new byte[0]);
    }

    /** {@return the text of a file, empty if there is no such file} */
    String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /** {@return the paths with this prefix and this ending, sorted} */
    List<String> paths(String prefix, String ending) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(prefix) && path.endsWith(ending))
                .toList();
    }

    /** {@return this tree with these files added or replaced} */
    FileTree with(Map<String, byte[]> others) {
        SortedMap<String, byte[]> all = new TreeMap<>(files);
        all.putAll(others);
        return new FileTree(all);
    }

    /**
     * Writes the files readable by all users, independent of the umask, because Prometheus and Alertmanager run as other
     * users. None of the files is a secret.
     *
     * @throws FileSystemException if writing fails; it names the file
     */
    void write(Path directory) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            try {
                createDirectories(requireNonNull(path.getParent()));
                Files.write(path, file.getValue());
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
            } catch (FileSystemException e) {
                throw e;
            } catch (IOException e) { // "No space left on device" comes without the file name
                throw new FileSystemException(path.toString(), null, e.getMessage());
            }
        }
    }

    /** Creates a directory and its parents, readable by all users. Existing directories are not changed. */
    static void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** {@return the SHA-256 of paths and contents together, in hexadecimal} */
    String digest() {
        StringBuilder sums = new StringBuilder();
        files.forEach((path, bytes) ->
                sums.append(sha256(bytes)).append("  ").append(path).append('\n'));
        return sha256(sums.toString().getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
