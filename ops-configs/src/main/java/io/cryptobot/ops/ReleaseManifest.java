package io.cryptobot.ops;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the jar must contain: its version, the name of every rule, and the SHA-256 of every file under {@code ops/}. The
 * build writes it to {@link #PATH}. {@code sha256sum -c} reads it too: other data are comments. The last line is the
 * checksum of all lines above, so a change of the manifest itself is detected.
 *
 * <pre>
 * # version 1.2.0
 * # rule CryptobotDown
 * 4f53…c2  ops/alertmanager/alertmanager.yml
 * # manifest 90ab…17
 * </pre>
 */
record ReleaseManifest(String version, List<String> rules, SortedMap<String, String> sums) {

    static final String FOLDER = "META-INF/ops-configs/";
    static final String PATH = FOLDER + "SHA256SUMS";

    static final String RULES = "ops/prometheus/rules/";

    private static final Pattern SUM = Pattern.compile("([0-9a-f]{64})  (\\S+)");
    private static final Pattern VERSION = Pattern.compile("# version ([A-Za-z0-9][\\w.-]*)");
    private static final Pattern RULE =
            Pattern.compile("(?m)^\\s*(?:- +)?(?:alert|record): *[\"']?([\\w:]+)[\"']?\\s*$");

    /** Writes the manifest of a directory of resources: {@code <classes> <version>}. The build runs it. */
    public static void main(String[] arguments) throws IOException {
        Path classes = Path.of(arguments[0]);
        Path file = classes.resolve(PATH);
        FileTree.createDirectories(classes.resolve(FOLDER));
        Files.writeString(file, of(arguments[1], FileTree.read(classes, "ops/")).toString());
    }

    static ReleaseManifest of(String version, FileTree tree) {
        SortedMap<String, String> sums = new TreeMap<>();
        tree.files().forEach((path, bytes) -> sums.put(path, FileTree.sha256(bytes)));
        return new ReleaseManifest(version, ruleNames(tree), sums);
    }

    /** {@return the names of the rules of every rule file, sorted; duplicates are kept} */
    static List<String> ruleNames(FileTree tree) {
        return tree.paths(RULES, ".yml").stream()
                .flatMap(path -> RULE.matcher(tree.text(path)).results())
                .map(rule -> rule.group(1))
                .sorted()
                .toList();
    }

    /**
     * Reads the manifest of a tree and compares the tree with it.
     *
     * @param place the origin of the tree, for the message
     * @throws InstallException if a byte of the manifest or of a file differs, or a file is missing or unknown
     */
    static ReleaseManifest check(FileTree tree, Path place) throws InstallException {
        String text = tree.text(PATH);
        ReleaseManifest manifest = parse(text, place);
        Set<String> paths = new TreeSet<>(tree.paths("ops/", ""));
        for (String path : manifest.sums.keySet()) {
            if (!paths.remove(path)) {
                throw InstallException.refused(place + ": " + path + " is missing");
            }
            if (!FileTree.sha256(tree.bytes(path)).equals(manifest.sums.get(path))) {
                throw InstallException.refused(place + ": " + path + " is not the file that was released");
            }
        }
        if (!paths.isEmpty()) {
            throw InstallException.refused(place + ": " + paths.iterator().next() + " is in no release");
        }
        if (!manifest.rules.equals(ruleNames(tree))) {
            throw InstallException.refused(place + ": the rules are not those of the manifest");
        }
        return manifest;
    }

    private static ReleaseManifest parse(String text, Path place) throws InstallException {
        Matcher version = VERSION.matcher(text);
        if (!text.endsWith(lastLine(text)) || !version.lookingAt()) {
            throw InstallException.refused(place + ": " + PATH + " is missing or damaged");
        }
        SortedMap<String, String> sums = new TreeMap<>();
        SUM.matcher(text).results().forEach(sum -> sums.put(sum.group(2), sum.group(1)));
        List<String> rules = text.lines()
                .filter(line -> line.startsWith("# rule "))
                .map(line -> line.substring("# rule ".length()))
                .toList();
        return new ReleaseManifest(version.group(1), rules, sums);
    }

    private static String lastLine(String text) {
        int end = Math.max(0, text.lastIndexOf("# manifest "));
        return "# manifest " + FileTree.sha256(text.substring(0, end).getBytes(StandardCharsets.UTF_8)) + "\n";
    }

    /** {@return the text of the file} */
    @Override
    public String toString() {
        String text = "# version " + version + "\n"
                + rules.stream().map(rule -> "# rule " + rule + "\n").collect(Collectors.joining())
                + sums.entrySet().stream()
                        .map(sum -> sum.getValue() + "  " + sum.getKey() + "\n")
                        .collect(Collectors.joining());
        return text + "# manifest " + FileTree.sha256(text.getBytes(StandardCharsets.UTF_8)) + "\n";
    }
}
