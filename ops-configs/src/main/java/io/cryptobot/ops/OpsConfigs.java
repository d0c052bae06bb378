package io.cryptobot.ops;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Unpacks the monitoring configuration that this jar contains under {@code ops/}, or installs it on a monitoring host.
 *
 * <p>Use it as a program, {@code java -jar ops-configs-<version>.jar --help}, or from code. It works from the jar itself,
 * from a shaded jar and from a directory of classes. Stateless.
 */
public final class OpsConfigs {

    private static final String USAGE = """
            Or:    java -jar ops-configs-<version>.jar [--force] DIR
            Writes the monitoring configuration to DIR/ops. If a file there exists with other content,
            nothing is written. An unzip of the jar does the same.
              --force   overwrite such files
            """;

    /** What to do if a file exists with other content. A file with the same content is not changed. */
    public enum OnConflict {
        /** Write nothing at all: the file may contain work of the user. */
        REFUSE,
        /** Replace it. Files that are not in this jar stay. */
        OVERWRITE
    }

    private OpsConfigs() {}

    /**
     * Writes the tree {@code ops/} into the directory {@code target}, which is created if needed; refuses to overwrite.
     *
     * @throws FileAlreadyExistsException if a file exists with other content; nothing has been written then
     * @throws IOException if reading or writing fails
     */
    public static void unpack(Path target) throws IOException {
        unpack(target, OnConflict.REFUSE);
    }

    /**
     * Writes the tree {@code ops/} into the directory {@code target}, which is created if needed.
     *
     * @throws FileAlreadyExistsException if a file exists with other content and {@code onConflict} is
     *     {@link OnConflict#REFUSE}; nothing has been written then
     * @throws IOException if reading or writing fails
     */
    public static void unpack(Path target, OnConflict onConflict) throws IOException {
        requireNonNull(target, "target is null");
        requireNonNull(onConflict, "onConflict is null");
        SortedMap<String, byte[]> files = FileTree.read(origin(), "ops/").files();
        List<String> conflicts = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = target.resolve(file.getKey());
            if (Files.exists(path) && !Arrays.equals(Files.readAllBytes(path), file.getValue())) {
                conflicts.add(file.getKey());
            }
        }
        if (onConflict == OnConflict.REFUSE && !conflicts.isEmpty()) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "these files exist with other content: " + String.join(", ", conflicts));
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = target.resolve(file.getKey());
            if (!Files.exists(path) || conflicts.contains(file.getKey())) {
                Files.createDirectories(requireNonNull(path.getParent()));
                Files.write(path, file.getValue());
            }
        }
    }

    /** The jar or the directory that this class was loaded from; it also contains the resources. */
    static Path origin() throws IOException {
        try {
            return Path.of(OpsConfigs.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("the location of ops-configs is not a path: " + e.getMessage(), e);
        }
    }

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        List<String> arguments = new ArrayList<>(List.of(args));
        if (arguments.contains("--help")) {
            out.print(CommandLine.USAGE + USAGE);
            return ExitCode.DONE.number();
        }
        if (!arguments.isEmpty() && CommandLine.isCommand(arguments.get(0))) {
            try {
                return CommandLine.run(origin(), out, err, arguments).number();
            } catch (IOException e) {
                err.println("ops-configs: " + e.getMessage());
                return ExitCode.FAILED.number();
            }
        }
        OnConflict onConflict = arguments.remove("--force") ? OnConflict.OVERWRITE : OnConflict.REFUSE;
        if (arguments.size() != 1 || arguments.get(0).startsWith("-")) {
            err.println(
                    "ops-configs: expected a command or one directory, got " + Arrays.toString(args) + " (see --help)");
            return ExitCode.USAGE.number();
        }
        Path target = Path.of(arguments.get(0));
        try {
            unpack(target, onConflict);
        } catch (FileAlreadyExistsException e) {
            err.println(
                    "ops-configs: nothing written to " + target + ", " + e.getReason() + " (--force overwrites them)");
            return ExitCode.FAILED.number();
        } catch (IOException e) {
            err.println("ops-configs: cannot write to " + target + ": " + e);
            return ExitCode.FAILED.number();
        }
        out.println(target.resolve("ops"));
        return ExitCode.DONE.number();
    }
}
