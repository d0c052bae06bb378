package io.cryptobot.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Checks if Prometheus and Alertmanager could run a tree that is written but not yet active. Finds faults that their own
 * checkers accept: a pattern of rule files that matches nothing, an unknown metric, an undefined template, a missing
 * secret.
 *
 * @param directory the directory with {@code ops/}
 * @param tree the files in it
 */
record StagedChecks(Path directory, FileTree tree) {

    private static final String PROMETHEUS = "ops/prometheus/prometheus.yml";
    private static final String ALERTMANAGER = "ops/alertmanager/alertmanager.yml";
    private static final String ALERTMANAGER_FOLDER = "ops/alertmanager/";

    /** The names of all series that the exporter can show, a line each. */
    private static final String METRICS = "ops/prometheus/metrics.txt";

    /** The name of a metric of the platform, without the colon of recorded ones; or a comment, which is not checked. */
    private static final Pattern METRIC = Pattern.compile("(?<![\\w:])cryptobot_\\w+(?![\\w:])|#.*");

    private static final Pattern RULES_FOUND = Pattern.compile("Checking (\\S+)\\s+SUCCESS: (\\d+) rules found");
    private static final Pattern DEFINED = Pattern.compile("\\{\\{-? *define +\"([^\"]+)\"");
    private static final Pattern USED = Pattern.compile("\\{\\{-? *template +\"([^\"]+)\"");
    private static final Pattern SECRET_FILE =
            Pattern.compile("(?m)^[^#\\n]*?\\b\\w+_file: *[\"']?([^\"'\\s#]+)[\"']?\\s*(?:#.*)?$");

    /** {@return how many rules Prometheus will load from this tree} */
    int rules() {
        return ReleaseManifest.ruleNames(tree).size();
    }

    /** The checks that need nothing but the files. */
    void checkFiles() throws IOException, InstallException {
        checkMetrics();
        checkTemplates();
        checkSecrets();
    }

    /** The checks by promtool and amtool. */
    void checkWithTools() throws IOException, InstallException {
        String output = ExternalTool.PROMTOOL.check(
                "check", "config", directory.resolve(PROMETHEUS).toString());
        Path rulesFolder = directory.resolve(ReleaseManifest.RULES);
        int loaded = RULES_FOUND
                .matcher(output)
                .results()
                .filter(found -> Path.of(found.group(1)).startsWith(rulesFolder))
                .mapToInt(found -> Integer.parseInt(found.group(2)))
                .sum();
        if (loaded != rules()) {
            throw InstallException.refused(directory.resolve(PROMETHEUS) + ": its rule_files find " + loaded
                    + " of the " + rules() + " rules of the release");
        }
        ExternalTool.AMTOOL.check(
                "check-config", directory.resolve(ALERTMANAGER).toString());
    }

    private void checkMetrics() throws InstallException {
        Set<String> known = new TreeSet<>(ReleaseManifest.ruleNames(tree));
        tree.text(METRICS).lines().forEach(known::add);
        for (String path : tree.paths(ReleaseManifest.RULES, ".yml")) {
            List<String> lines = tree.text(path).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                for (MatchResult name : METRIC.matcher(lines.get(i)).results().toList()) {
                    if (!name.group().startsWith("#") && !known.contains(name.group())) {
                        throw InstallException.refused(directory.resolve(path) + ":" + (i + 1) + ": unknown metric "
                                + name.group() + ": a rule that uses it never fires");
                    }
                }
            }
        }
    }

    private void checkTemplates() throws InstallException {
        Set<String> defined = new TreeSet<>();
        for (String path : tree.paths(ALERTMANAGER_FOLDER, ".tmpl")) {
            DEFINED.matcher(tree.text(path)).results().forEach(match -> defined.add(match.group(1)));
        }
        for (String path : tree.paths(ALERTMANAGER_FOLDER, "")) {
            for (String name : USED.matcher(tree.text(path))
                    .results()
                    .map(match -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new))) {
                // Alertmanager has built-in templates: "slack.default.text"
                if (!defined.contains(name) && !name.contains(".default.")) {
                    throw InstallException.refused(directory.resolve(path) + ": unknown template \"" + name
                            + "\": the first alert would be lost");
                }
            }
        }
    }

    /** {@return the files with secrets that the two configurations name} */
    Set<Path> secrets() {
        Set<Path> secrets = new TreeSet<>();
        for (String path : new String[] {PROMETHEUS, ALERTMANAGER}) {
            Path folder = directory.resolve(path).resolveSibling("");
            SECRET_FILE
                    .matcher(tree.text(path))
                    .results()
                    .map((MatchResult match) -> folder.resolve(match.group(1)))
                    .forEach(secrets::add);
        }
        return secrets;
    }

    private void checkSecrets() throws IOException, InstallException {
        for (Path secret : secrets()) {
            if (!Files.isRegularFile(secret)) {
                throw InstallException.refused(secret + ": this secret is missing");
            }
            if (Files.getPosixFilePermissions(secret).contains(PosixFilePermission.OTHERS_READ)) {
                throw InstallException.refused(secret + ": all users can read this secret: chmod o-rwx");
            }
            // Its owner is Alertmanager, so the installing user may be unable to read it; then only its size is
            // checked.
            if (Files.size(secret) == 0
                    || (Files.isReadable(secret) && Files.readString(secret).isBlank())) {
                throw InstallException.refused(secret + ": this secret is empty");
            }
        }
    }
}
