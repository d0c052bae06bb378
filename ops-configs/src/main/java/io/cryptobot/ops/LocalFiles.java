package io.cryptobot.ops;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of the host in {@code DIR/local}: settings, inventory, targets, and files that override shipped files.
 * A new release does not change them.
 *
 * @param directory {@code DIR/local}, absolute
 */
record LocalFiles(Path directory) {

    /** The path must be safe inside a YAML list. */
    private static final Pattern PLAIN_PATH = Pattern.compile("[\\w./-]+");

    private static final String PROMETHEUS = "ops/prometheus/prometheus.yml";

    /** Creates the directories, with a commented example of the settings; existing files are not changed. */
    void prepare() throws IOException {
        for (String folder : new String[] {"inventory", "targets/cryptobot", "targets/host", "overrides"}) {
            FileTree.createDirectories(directory.resolve(folder));
        }
        if (!Files.exists(settings())) {
            Files.writeString(settings(), Setting.example());
        }
    }

    private Path settings() {
        return directory.resolve("settings.properties");
    }

    /**
     * {@return the shipped files {@code ops/} with the settings and overrides of this host}
     *
     * @throws InstallException if this release has no such setting or no such file to override
     */
    FileTree applyTo(FileTree shipped) throws IOException, InstallException {
        if (!PLAIN_PATH.matcher(directory.toString()).matches()) {
            throw InstallException.refused(directory + ": only letters, digits and ._-/ are allowed in the path");
        }
        SortedMap<String, byte[]> live = new TreeMap<>();
        for (String path : shipped.paths("ops/", "")) {
            live.put(path, shipped.bytes(path));
        }
        String prometheus = shipped.text(PROMETHEUS)
                .replace("- inventory/*.yml", "- " + directory.resolve("inventory/*.yml"))
                .replace("[targets/cryptobot/*.yml]", "[" + directory.resolve("targets/cryptobot/*.yml") + "]")
                .replace("[targets/host/*.yml]", "[" + directory.resolve("targets/host/*.yml") + "]");
        live.put(PROMETHEUS, prometheus.getBytes(StandardCharsets.UTF_8));
        applySettings(live);
        applyOverrides(live);
        return new FileTree(live);
    }

    private void applySettings(SortedMap<String, byte[]> live) throws IOException, InstallException {
        Properties properties = new Properties();
        if (Files.exists(settings())) {
            try (Reader reader = Files.newBufferedReader(settings())) {
                properties.load(reader);
            } catch (IllegalArgumentException e) { // a broken unicode escape
                throw InstallException.refused(settings() + ": " + e.getMessage());
            }
        }
        for (String key : new TreeMap<>(properties)
                .keySet().stream().map(Object::toString).toList()) {
            Setting setting = Setting.of(key)
                    .orElseThrow(() -> InstallException.refused(settings() + ": there is no setting " + key));
            String rendered;
            try {
                rendered = setting.rendered(properties.getProperty(key).strip());
            } catch (IllegalArgumentException e) {
                throw InstallException.refused(settings() + ": " + e.getMessage());
            }
            live.replaceAll((path, bytes) -> setting.isUsedIn(path)
                    ? new String(bytes, StandardCharsets.UTF_8)
                            .replace(setting.defaultValue(), rendered)
                            .getBytes(StandardCharsets.UTF_8)
                    : bytes);
        }
    }

    private void applyOverrides(SortedMap<String, byte[]> live) throws IOException, InstallException {
        for (Map.Entry<String, Path> override : overrides().entrySet()) {
            if (!live.containsKey(override.getKey())) {
                throw InstallException.refused(
                        override.getValue() + ": this release has no file " + override.getKey() + " to override");
            }
            live.put(override.getKey(), Files.readAllBytes(override.getValue()));
        }
    }

    /** {@return the override files, by the path that they replace} */
    SortedMap<String, Path> overrides() throws IOException {
        SortedMap<String, Path> overrides = new TreeMap<>();
        Path folder = directory.resolve("overrides");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(Files::isRegularFile)
                        .forEach(file ->
                                overrides.put(folder.relativize(file).toString().replace('\\', '/'), file));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return overrides;
    }
}
