package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.files.CryptobotHome;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The addresses of Prometheus and Alertmanager: from an option, else from an environment variable, else from
 * {@code config/monitoring.env} of the home, else the usual ports of this host.
 */
public class MonitoringOptions {
    static final String FILE = "monitoring.env";

    @Option(
            names = "--prometheus",
            paramLabel = "<url>",
            description = "Default: " + ChainAddresses.PROMETHEUS + ", else http://127.0.0.1:9090.")
    private @Nullable String prometheus;

    @Option(
            names = "--alertmanager",
            paramLabel = "<url>",
            description = "Default: " + ChainAddresses.ALERTMANAGER + ", else http://127.0.0.1:9093.")
    private @Nullable String alertmanager;

    @Option(
            names = "--addresses",
            paramLabel = "<file>",
            description = "Lines NAME=value with the variables above (default: <CRYPTOBOT_HOME>/config/" + FILE
                    + ", where it exists).")
    private @Nullable Path file;

    private @Nullable Properties lines;

    /**
     * {@return the address of Prometheus}
     *
     * @throws CommandFailure if the file cannot be read or the address is not valid
     */
    public final URI prometheus(Map<String, String> environment) {
        return required("--prometheus", prometheus, ChainAddresses.PROMETHEUS, environment, "http://127.0.0.1:9090");
    }

    /** {@return the address of Alertmanager} Fails as {@link #prometheus} does. */
    public final URI alertmanager(Map<String, String> environment) {
        return required(
                "--alertmanager", alertmanager, ChainAddresses.ALERTMANAGER, environment, "http://127.0.0.1:9093");
    }

    /** {@return whether the address of Prometheus is configured} */
    final boolean isPrometheusNamed(Map<String, String> environment) {
        return find("--prometheus", prometheus, ChainAddresses.PROMETHEUS, environment) != null;
    }

    /** {@return whether the address of Alertmanager is configured} */
    final boolean isAlertmanagerNamed(Map<String, String> environment) {
        return find("--alertmanager", alertmanager, ChainAddresses.ALERTMANAGER, environment) != null;
    }

    /** The file is read once for all addresses. */
    private Properties lines(Map<String, String> environment) {
        Properties known = lines;
        if (known == null) {
            known = read(environment);
            lines = known;
        }
        return known;
    }

    private Properties read(Map<String, String> environment) {
        Properties properties = new Properties();
        Path path = file;
        if (path == null) {
            path = CryptobotHome.from(environment).directory().resolve("config").resolve(FILE);
            if (!Files.exists(path)) {
                return properties;
            }
        }
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, path + " cannot be read: " + e, e);
        }
        return properties;
    }

    /** {@return the address of a part that has a default} */
    final URI required(
            String option, @Nullable String given, String variable, Map<String, String> environment, String otherwise) {
        URI found = find(option, given, variable, environment);
        return found == null ? address(option, otherwise) : found;
    }

    /** {@return the address of a part; null where none is given} */
    @Nullable
    final URI find(String option, @Nullable String given, String variable, Map<String, String> environment) {
        if (given != null) {
            return address(option, given);
        }
        String value = environment.getOrDefault(variable, "").strip();
        if (value.isEmpty()) {
            value = lines(environment).getProperty(variable, "").strip();
        }
        if (!value.isEmpty()) {
            return address(variable, value);
        }
        return null;
    }

    private static URI address(String name, String text) {
        URI uri;
        try {
            uri = URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw wrong(name, "is not a URL such as http://127.0.0.1:9090");
        }
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw wrong(name, "is not a URL such as http://127.0.0.1:9090");
        }
        if (uri.getRawUserInfo() != null) {
            throw wrong(name, "has a password in it, which everybody on this host could read");
        }
        String path = String.valueOf(uri.getRawPath());
        if (!(path.isEmpty() || path.equals("/")) || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong(name, "has a path; only scheme, host and port are wanted");
        }
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
    }

    private static CommandFailure wrong(String name, String what) {
        return new CommandFailure(ExitCode.CONFIGURATION, name + " " + what);
    }
}
