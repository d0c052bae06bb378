package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as an SRE runs it, with a real Prometheus and a real Alertmanager that run what it installs. */
final class InstallIT {

    private static final String RULE_FILE = "ops/prometheus/rules/cryptobot_slo.yml";
    private static final String ALERTMANAGER = "ops/alertmanager/alertmanager.yml";
    private static final String MORE_RULES = """
            groups:
              - name: more
                rules:
                  - alert: CryptobotNew
                    expr: vector(0) > 1
                    labels: {severity: warning, service: cryptobot-desktop}
            """;

    @TempDir
    Path home;

    private Path host;
    private Path current;
    private Map<String, String> settings;

    @BeforeEach
    void hostWithSecretsAndAnInventory() throws IOException {
        // the real path: Prometheus tells the path that it was started with
        host = home.toRealPath().resolve("host");
        current = host.resolve("current");
        Path secrets = Files.createDirectories(home.toRealPath().resolve("secrets"));
        for (String name : new String[] {"slack_api_url", "pagerduty_routing_key"}) {
            Files.writeString(secrets.resolve(name), "http://127.0.0.1:9/" + name);
            Files.setPosixFilePermissions(secrets.resolve(name), PosixFilePermissions.fromString("rw-------"));
        }
        settings = new TreeMap<>(Map.of("secrets.directory", secrets.toString()));
        writeSettings();
        Files.createDirectories(host.resolve("local/inventory"));
        Files.copy(
                Ops.SOURCE.resolve("prometheus/inventory/bots.yml.example"), host.resolve("local/inventory/bots.yml"));
    }

    private void writeSettings() throws IOException {
        Files.createDirectories(host.resolve("local"));
        Files.write(
                host.resolve("local/settings.properties"),
                settings.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }

    private Tool.Result run(Path jar, String command, Object... options) {
        List<Object> line = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-jar", jar, command, "--to", host));
        line.addAll(Arrays.asList(options));
        return Tool.JAVA.run(line.toArray());
    }

    private String failure(ExitCode exitCode, Tool.Result result) {
        assertThat(result.exitCode()).as(result.output()).isEqualTo(exitCode.number());
        List<String> lines = result.output()
                .lines()
                .filter(line -> !line.startsWith("√") && !line.startsWith("‼"))
                .toList();
        assertThat(lines).as("one line that tells what happened").hasSize(1);
        return lines.get(0);
    }

    private void succeeds(Tool.Result result) {
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void releasesComeAndGoWhilePrometheusAndAlertmanagerRun() throws IOException {
        int[] ports = LiveServer.freePorts(2);
        settings.put("prometheus", "127.0.0.1:" + ports[0]);
        settings.put("alertmanagers", "127.0.0.1:" + ports[1]);
        writeSettings();
        Path first = ReleaseJar.with(home.resolve("1.jar"), "1.0.0", Map.of());
        succeeds(run(first, "install"));

        try (LiveServer prometheus = LiveServer.prometheus(
                        current.resolve("ops/prometheus/prometheus.yml"), home.resolve("prometheus"), ports[0]);
                LiveServer alertmanager = LiveServer.alertmanager(
                        current.resolve(ALERTMANAGER),
                        home.resolve("alertmanager"),
                        ports[1],
                        "--cluster.listen-address=")) {
            prometheus.awaitReady();
            alertmanager.awaitReady();
            Object[] servers = {"--prometheus", prometheus.address(), "--alertmanager", alertmanager.address()};
            succeeds(run(first, "verify", servers));
            assertThat(prometheus.get("/api/v1/rules"))
                    .contains("cryptobot:bot_expected")
                    .doesNotContain("CryptobotNew");
            Path releaseOne = current.toRealPath();

            // an upgrade: one more rule, another message
            String routes = Ops.text(Ops.ALERTMANAGER).replace("repeat_interval: 1h", "repeat_interval: 2h");
            Path second = ReleaseJar.with(
                    home.resolve("2.jar"),
                    "2.0.0",
                    Map.of("ops/prometheus/rules/more.yml", MORE_RULES, ALERTMANAGER, routes));
            Tool.Result difference = run(second, "diff");
            assertThat(difference.output())
                    .contains(
                            "  -   repeat_interval: 1h\n  +   repeat_interval: 2h\n",
                            "new ops/prometheus/rules/more.yml");
            succeeds(run(second, "install", servers));
            assertThat(prometheus.get("/api/v1/rules")).contains("CryptobotNew");
            assertThat(alertmanager.get("/api/v2/status")).contains("repeat_interval: 2h");
            Path releaseTwo = current.toRealPath();

            // a rule that does not parse: promtool sees it
            Path bad = ReleaseJar.with(
                    home.resolve("bad.jar"),
                    "3.0.0",
                    Map.of(
                            RULE_FILE,
                            Ops.text(Ops.SOURCE.resolveSibling(RULE_FILE)).replace(" > 14.4", " >> 14.4")));
            assertThat(failure(ExitCode.REFUSED, run(bad, "install", servers)))
                    .startsWith("ops-configs: promtool: " + bad + ": " + RULE_FILE + ": ")
                    .contains("parse error");
            assertThat(current.toRealPath()).isEqualTo(releaseTwo);

            // without promtool it is Prometheus that sees it, and the release before is back
            assertThat(failure(ExitCode.ROLLED_BACK, run(bad, "install", join(servers, "--without-tools"))))
                    .startsWith("ops-configs: " + prometheus.address() + "/-/reload: status 500: ")
                    .endsWith("; releases/" + releaseTwo.getFileName() + " is active again");
            assertThat(current.toRealPath()).isEqualTo(releaseTwo);
            assertThat(prometheus.get("/metrics")).contains("prometheus_config_last_reload_successful 1\n");

            // the same for Alertmanager, after Prometheus has already taken the release
            Path badRoutes = ReleaseJar.with(
                    home.resolve("bad-routes.jar"),
                    "3.0.1",
                    Map.of(ALERTMANAGER, routes.replace("receiver: heartbeat", "receiver: nobody")));
            assertThat(failure(ExitCode.ROLLED_BACK, run(badRoutes, "install", join(servers, "--without-tools"))))
                    .startsWith("ops-configs: " + alertmanager.address() + "/-/reload: status 500: ")
                    .endsWith("; releases/" + releaseTwo.getFileName() + " is active again");
            succeeds(run(second, "verify", servers));
            assertThat(prometheus.get("/api/v1/rules")).contains("CryptobotNew");

            // back to the first one; what belongs to the host has stayed throughout
            succeeds(run(second, "rollback", servers));
            assertThat(current.toRealPath()).isEqualTo(releaseOne);
            assertThat(prometheus.get("/api/v1/rules"))
                    .contains("cryptobot:bot_expected")
                    .doesNotContain("CryptobotNew");
            assertThat(run(first, "list").output()).startsWith("* " + releaseOne.getFileName());

            // a Prometheus that runs something else is not taken for this one
            Path copy = Files.createDirectories(home.resolve("copy"));
            host = copy.toRealPath();
            writeSettings();
            assertThat(failure(ExitCode.ROLLED_BACK, run(first, "install", servers)))
                    .startsWith("ops-configs: " + prometheus.address() + ": runs no rule of " + host)
                    .endsWith(" is not active, because there was no release before");
            assertThat(host.resolve("current")).doesNotExist();
        }
    }

    private static Object[] join(Object[] options, Object more) {
        Object[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = more;
        return all;
    }

    @Test
    void changedByteIsFoundAndNamed() throws IOException {
        succeeds(run(ReleaseJar.built(), "install"));
        Path before = current.toRealPath();
        byte[] rules = Files.readAllBytes(Ops.SOURCE.resolveSibling(RULE_FILE));
        rules[rules.length / 2] ^= 1;
        Path damaged = ReleaseJar.damaged(home.resolve("damaged.jar"), RULE_FILE, rules);

        assertThat(failure(ExitCode.REFUSED, run(damaged, "install")))
                .isEqualTo("ops-configs: " + damaged + ": " + RULE_FILE + " is not the file that was released");

        byte[] manifest =
                FileTree.read(ReleaseJar.built(), ReleaseManifest.FOLDER).bytes(ReleaseManifest.PATH);
        manifest[15] ^= 1; // the version
        damaged = ReleaseJar.damaged(home.resolve("damaged.jar"), ReleaseManifest.PATH, manifest);
        assertThat(failure(ExitCode.REFUSED, run(damaged, "install")))
                .isEqualTo("ops-configs: " + damaged + ": " + ReleaseManifest.PATH + " is missing or damaged");
        assertThat(current.toRealPath()).isEqualTo(before);
    }

    /** A limit on the size of a file makes a write fail in the middle, as a full disk does, and needs no rights. */
    @Test
    void diskThatFillsLeavesWhatRuns() throws IOException {
        succeeds(run(ReleaseJar.built(), "install"));
        Path before = current.toRealPath();
        Path big =
                ReleaseJar.with(home.resolve("big.jar"), "2.0.0", Map.of("ops/runbooks/Big.md", "x".repeat(200_000)));

        Tool.Result result = Tool.SHELL.run(
                "-c",
                "ulimit -f 100 && exec \"$0\" -XX:-UsePerfData -jar \"$1\" install --to \"$2\"",
                Path.of(System.getProperty("java.home"), "bin", "java"),
                big,
                host);

        assertThat(failure(ExitCode.FAILED, result))
                .startsWith("ops-configs: " + host.resolve("releases/.staged/ops/runbooks/Big.md") + ": ")
                .endsWith("; the active release is unchanged");
        assertThat(current.toRealPath()).isEqualTo(before);
        assertThat(host.resolve("releases/.staged")).doesNotExist();
    }

    /** From the first written file on, a bit later each time; what runs is a whole release, the old one or the new one. */
    @Test
    void installationThatIsKilledLeavesAWholeRelease() throws IOException, InterruptedException {
        Path first = ReleaseJar.with(home.resolve("first.jar"), "1.0.0", Map.of());
        succeeds(run(first, "install", "--without-tools"));
        Path staged = host.resolve("releases/.staged");

        for (int millis : new int[] {0, 2, 5, 10, 20, 40, 80, 160}) {
            Path next = ReleaseJar.with(home.resolve("next.jar"), "1.0." + millis, Map.of());
            Installation.delete(staged);
            Process installation = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-jar",
                            next.toString(),
                            "install",
                            "--to",
                            host.toString(),
                            "--without-tools")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile())
                    .start();
            LiveServer.await("first file", () -> Files.exists(staged) || !installation.isAlive());
            installation.waitFor(millis, TimeUnit.MILLISECONDS);
            installation.destroyForcibly().waitFor();

            ByteArrayOutputStream output = new ByteArrayOutputStream();
            PrintStream stream = new PrintStream(output, true, StandardCharsets.UTF_8);
            assertThat(OpsConfigs.run(stream, stream, "verify", "--to", host.toString(), "--without-tools"))
                    .as("killed after %s ms: %s", millis, output)
                    .isZero();
        }
        succeeds(run(first, "install", "--without-tools"));
        assertThat(staged).doesNotExist();
    }

    @Test
    void secondCommandAtOnceIsTurnedAway() throws IOException {
        Path lock = host.resolve("lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNotNull();

            assertThat(failure(ExitCode.BUSY, run(ReleaseJar.built(), "install")))
                    .isEqualTo("ops-configs: " + lock + ": another command is running in " + host);
        }
        assertThat(current).doesNotExist();
        succeeds(run(ReleaseJar.built(), "install"));
    }

    @Test
    void directoryWithoutRightsIsNamed() {
        host = Path.of("/proc/ops-configs"); // nobody can write there, root included

        assertThat(failure(ExitCode.FAILED, run(ReleaseJar.built(), "install")))
                .startsWith("ops-configs: " + host + ": ");
    }

    @Test
    void patternThatFindsNoRulesIsRefused() throws IOException {
        Path jar = ReleaseJar.with(
                home.resolve("empty.jar"),
                "2.0.0",
                Map.of(
                        "ops/prometheus/prometheus.yml",
                        Ops.text(Ops.SOURCE.resolve("prometheus/prometheus.yml"))
                                .replace("rules/*.yml", "rule/*.yml")));

        assertThat(failure(ExitCode.REFUSED, run(jar, "install")))
                .isEqualTo("ops-configs: " + jar + ": ops/prometheus/prometheus.yml: its rule_files find 0 of the "
                        + Ops.rules().count() + " rules of the release");
    }

    /** What {@code unzip} gives is what {@code sha256sum -c} can check. */
    @Test
    void unzippedJarCanBeCheckedWithoutJava() throws IOException {
        FileTree.read(ReleaseJar.built(), "").write(home.resolve("unzipped"));

        Tool.Result result = Tool.SHELL.run(
                "-c",
                "cd \"$0\" && sha256sum --strict --quiet -c META-INF/ops-configs/SHA256SUMS",
                home.resolve("unzipped"));

        assertThat(result).isEqualTo(new Tool.Result(0, ""));
        Files.writeString(home.resolve("unzipped").resolve(RULE_FILE), "groups: []\n", StandardCharsets.UTF_8);
        assertThat(Tool.SHELL
                        .run(
                                "-c",
                                "cd \"$0\" && sha256sum -c META-INF/ops-configs/SHA256SUMS",
                                home.resolve("unzipped"))
                        .output())
                .contains(RULE_FILE + ": FAILED");
    }
}
