package io.cryptobot.ops;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Prometheus that was started with {@code --config.file=DIR/current/ops/prometheus/prometheus.yml}.
 *
 * @param current {@code DIR/current}
 */
record RunningPrometheus(HttpEndpoint endpoint, Path current) implements RunningServer {

    /** A group's file, or a rule's name. A group has a name too, but no query after it. */
    private static final Pattern FILE_OR_RULE =
            Pattern.compile("\"file\":\"([^\"]*)\",\"rules\"|\"name\":\"([^\"]*)\",\"query\"");

    @Override
    public void reload() throws IOException, InstallException {
        endpoint.reload();
    }

    @Override
    public String verify(FileTree live) throws IOException, InstallException {
        if (endpoint.metric("prometheus_config_last_reload_successful").orElse(0) != 1) {
            throw new InstallException(ExitCode.FAILED, endpoint + ": has rejected its configuration");
        }
        Path folder = current.resolve(ReleaseManifest.RULES);
        List<String> loaded = loadedFrom(folder);
        List<String> expected = ReleaseManifest.ruleNames(live);
        if (loaded.isEmpty() && !expected.isEmpty()) {
            throw new InstallException(
                    ExitCode.FAILED,
                    endpoint + ": runs no rule of " + folder + ": start it with --config.file="
                            + current.resolve("ops/prometheus/prometheus.yml"));
        }
        if (!loaded.equals(expected)) {
            throw new InstallException(
                    ExitCode.FAILED,
                    endpoint + ": runs other rules than " + folder + ": " + difference(loaded, expected));
        }
        return "rules=" + loaded.size();
    }

    private List<String> loadedFrom(Path folder) throws IOException, InstallException {
        List<String> names = new ArrayList<>();
        boolean ours = false;
        Matcher match = FILE_OR_RULE.matcher(endpoint.get("/api/v1/rules"));
        while (match.find()) {
            if (match.group(1) != null) {
                ours = Path.of(match.group(1)).startsWith(folder);
            } else if (ours) {
                names.add(match.group(2));
            }
        }
        Collections.sort(names);
        return names;
    }

    private static String difference(List<String> loaded, List<String> expected) {
        List<String> missing = new ArrayList<>(expected);
        loaded.forEach(missing::remove);
        List<String> unknown = new ArrayList<>(loaded);
        expected.forEach(unknown::remove);
        return "missing " + missing + ", too many " + unknown;
    }

    @Override
    public String toString() {
        return "Prometheus " + endpoint;
    }
}
