package io.cryptobot.smoke.stack;

import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.localservices.ReceiverUrls;
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
                // nobody wants to wait the minute that a person has to wait between switches of a real bot
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

    /** Unpacks the shipped configuration and renders it for these addresses. */
    void configure(StackAddresses addresses) throws IOException {
        ReceiverUrls receivers = new ReceiverUrls(addresses.receivers());
        Files.createDirectories(home().resolve("config"));
        secret(
                home().resolve("config/runtime_overrides.json"),
                "{\"sentry\": {\"dsn\": \"" + receivers.sentryDsn()
                        + "\", \"environment\": \"demo\", \"release\": \"demo\"}}\n");
        OpsConfigs.unpack(directory);
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        secret(secrets.resolve("slack_api_url"), receivers.slack());
        secret(secrets.resolve("pagerduty_routing_key"), ROUTING_KEY);
        StackConfiguration.render(
                ops("prometheus/prometheus.yml"),
                Map.of(
                        "cryptobot-desktop:9100", addresses.exporter().getAuthority(),
                        "alertmanager:9093", addresses.alertmanager().getAuthority(),
                        "localhost:9090", addresses.prometheus().getAuthority()));
        StackConfiguration.render(
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

    /** Removes everything. */
    void delete() throws IOException {
        FileTree.delete(runDirectory.path());
        FileTree.delete(directory);
    }
}
