package io.cryptobot.smoke.stack;

import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.cli.FileTree;
import io.cryptobot.smoke.localservices.ServiceUrls;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one local stack. Immutable.
 *
 * @param directory configuration, data and logs; for its owner only, since secrets are in it
 * @param runDirectory the bot's counters and control files
 */
record StackFiles(Path directory, RunDirectory runDirectory) {
    static final InstanceName BOT = InstanceName.DEFAULT;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String ROUTING_KEY = "0123456789abcdef0123456789abcdef";

    /** Makes a run directory for a stack whose other files are in this directory. */
    static StackFiles in(Path directory) throws IOException {
        Path shared = Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : directory;
        return new StackFiles(directory, new RunDirectory(Files.createTempDirectory(shared, "cryptobot-stack-")));
    }

    /** {@return the environment in which the other commands work on this stack} */
    Map<String, String> environment() {
        return new TreeMap<>(Map.of(
                "CRYPTOBOT_HOME", home().toString(),
                "CRYPTOBOT_RUN_DIR", runDirectory.path().toString(),
                "CRYPTOBOT_INSTANCE", BOT.value(),
                // a real bot has a minimum time of a minute between switches; here it is not needed
                "CRYPTOBOT_LIVE_COOLDOWN", "1ms"));
    }

    Path home() {
        return directory.resolve("home");
    }

    Path log(String part) {
        return directory.resolve(part + ".log");
    }

    /** {@return a file of the unpacked configuration} */
    Path ops(String file) {
        return directory.resolve("ops").resolve(file);
    }

    /** Unpacks the shipped configuration; changes only addresses, ports and paths of secrets in it. */
    void configure(StackAddresses addresses) throws IOException {
        ServiceUrls receivers = new ServiceUrls(addresses.receivers());
        Files.createDirectories(home().resolve("config"));
        secret(
                home().resolve("config/runtime_overrides.json"),
                "{\"sentry\": {\"dsn\": \"" + receivers.sentryDsn()
                        + "\", \"environment\": \"demo\", \"release\": \"demo\"}}\n");
        OpsConfigs.unpack(directory);
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        secret(secrets.resolve("slack_api_url"), receivers.slack());
        secret(secrets.resolve("pagerduty_routing_key"), ROUTING_KEY);
        render(
                ops("prometheus/prometheus.yml"),
                Map.of(
                        "cryptobot-desktop:9100", addresses.exporter().getAuthority(),
                        "alertmanager:9093", addresses.alertmanager().getAuthority(),
                        "localhost:9090", addresses.prometheus().getAuthority()));
        render(
                ops("alertmanager/alertmanager.yml"),
                Map.of(
                        "https://events.pagerduty.com/v2/enqueue", receivers.pagerDuty(),
                        "127.0.0.1:9095", URI.create(receivers.page()).getAuthority(),
                        "/etc/alertmanager/secrets/", secrets + "/"));
    }

    private static void secret(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    /**
     * Replaces each key in a shipped file by its value.
     *
     * @throws IOException if the file cannot be changed, or has no such key because the shipped file has changed
     */
    static void render(Path file, Map<String, String> replacements) throws IOException {
        String text = Files.readString(file);
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            if (!text.contains(replacement.getKey())) {
                throw new IOException(
                        file + " does not mention " + replacement.getKey() + ", which the local stack replaces");
            }
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        Files.writeString(file, text);
    }

    /** Removes everything. */
    void delete() throws IOException {
        FileTree.delete(runDirectory.path());
        FileTree.delete(directory);
    }
}
