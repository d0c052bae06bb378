package io.cryptobot.smoke.command;

import io.cryptobot.smoke.CommandFailure;
import io.cryptobot.smoke.ExitCode;
import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.doctor.ServiceChecks;
import io.cryptobot.telemetry.CryptobotHome;
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
 * Where the chain is: by option, else by environment variable, else by {@code config/monitoring.env} of the home, else on this
 * host at the usual ports.
 */
final class AddressOptions {
    static final String FILE = "monitoring.env";

    @Option(
            names = "--exporter",
            paramLabel = "<url>",
            description = "Default: " + ChainAddresses.EXPORTER + ", else http://127.0.0.1:9100.")
    private @Nullable String exporter;

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
            names = "--receivers",
            paramLabel = "<url>",
            description = "Local receivers that stand for Slack (" + ChainAddresses.RECEIVERS
                    + "); without them the last hop is Alertmanager's own count.")
    private @Nullable String receivers;

    @Option(
            names = "--addresses",
            paramLabel = "<file>",
            description = "Lines NAME=value with the variables above (default: <CRYPTOBOT_HOME>/config/" + FILE
                    + ", where it exists).")
    private @Nullable Path file;

    /**
     * {@return the addresses}
     *
     * @throws CommandFailure when the file cannot be read or an address is none
     */
    ChainAddresses resolve(Map<String, String> environment) {
        Properties fromFile = read(environment);
        URI receiversUrl = find("--receivers", receivers, ChainAddresses.RECEIVERS, environment, fromFile, null);
        return new ChainAddresses(
                required(
                        "--exporter",
                        exporter,
                        ChainAddresses.EXPORTER,
                        environment,
                        fromFile,
                        "http://127.0.0.1:9100"),
                required(
                        "--prometheus",
                        prometheus,
                        ChainAddresses.PROMETHEUS,
                        environment,
                        fromFile,
                        "http://127.0.0.1:9090"),
                required(
                        "--alertmanager",
                        alertmanager,
                        ChainAddresses.ALERTMANAGER,
                        environment,
                        fromFile,
                        "http://127.0.0.1:9093"),
                receiversUrl);
    }

    /** {@return which programs somebody has named} */
    ServiceChecks.Named named(Map<String, String> environment) {
        Properties fromFile = read(environment);
        return new ServiceChecks.Named(
                exporter != null || isSet(ChainAddresses.EXPORTER, environment, fromFile),
                prometheus != null || isSet(ChainAddresses.PROMETHEUS, environment, fromFile),
                alertmanager != null || isSet(ChainAddresses.ALERTMANAGER, environment, fromFile));
    }

    private static boolean isSet(String variable, Map<String, String> environment, Properties fromFile) {
        return !environment.getOrDefault(variable, "").isBlank()
                || !fromFile.getProperty(variable, "").isBlank();
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

    private static URI required(
            String option,
            @Nullable String given,
            String variable,
            Map<String, String> environment,
            Properties fromFile,
            String otherwise) {
        URI found = find(option, given, variable, environment, fromFile, otherwise);
        if (found == null) {
            throw new IllegalStateException(option + " has a default");
        }
        return found;
    }

    private static @Nullable URI find(
            String option,
            @Nullable String given,
            String variable,
            Map<String, String> environment,
            Properties fromFile,
            @Nullable String otherwise) {
        if (given != null) {
            return address(option, given);
        }
        String value = environment.getOrDefault(variable, "").strip();
        if (value.isEmpty()) {
            value = fromFile.getProperty(variable, "").strip();
        }
        if (!value.isEmpty()) {
            return address(variable, value);
        }
        return otherwise == null ? null : address(option, otherwise);
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
