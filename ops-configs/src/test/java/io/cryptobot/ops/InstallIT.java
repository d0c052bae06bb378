package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.ChildProcess.Result;
import io.cryptobot.testing.FreePorts;
import io.cryptobot.testing.PrometheusProcess;
import io.cryptobot.testing.PrometheusProcess.Server;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the built jar, with a real Prometheus and a real Alertmanager that load the installed release. */
@RealEngines
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

    private MonitoringHost host;
    private Path current;

    @BeforeEach
    void hostWithAnInventory() throws IOException {
        host = new MonitoringHost(home);
        current = host.current();
        host.local("inventory/bots.yml", Ops.text(Ops.SOURCE.resolve("prometheus/inventory/bots.yml.example")));
    }

    @Test
    void releasesComeAndGoWhilePrometheusAndAlertmanagerRun() throws IOException {
        int[] ports = FreePorts.choose(2);
        String[] addresses = {"prometheus=127.0.0.1:" + ports[0], "alertmanagers=127.0.0.1:" + ports[1]};
        host.set(addresses);
        Path first = ReleaseJar.with(home.resolve("1.jar"), "1.0.0", Map.of());
        host.run(first, "install").succeeds();

        try (PrometheusProcess prometheus = PrometheusProcess.start(
                        Server.PROMETHEUS,
                        current.resolve("ops/prometheus/prometheus.yml"),
                        home.resolve("prometheus"),
                        ports[0],
                        "--web.enable-lifecycle",
                        "--rules.alert.resend-delay=1s");
                PrometheusProcess alertmanager = PrometheusProcess.start(
                        Server.ALERTMANAGER,
                        current.resolve(ALERTMANAGER),
                        home.resolve("alertmanager"),
                        ports[1],
                        "--cluster.listen-address=")) {
            prometheus.awaitReady();
            alertmanager.awaitReady();
            Object[] servers = {"--prometheus", prometheus.address(), "--alertmanager", alertmanager.address()};
            Object[] withoutTools = {
                "--prometheus", prometheus.address(), "--alertmanager", alertmanager.address(), "--without-tools"
            };
            host.run(first, "verify", servers).succeeds();
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
            assertThat(host.run(second, "diff").succeeds().out())
                    .contains(
                            "  -   repeat_interval: 1h\n  +   repeat_interval: 2h\n",
                            "new ops/prometheus/rules/more.yml");
            host.run(second, "install", servers).succeeds();
            assertThat(prometheus.get("/api/v1/rules")).contains("CryptobotNew");
            assertThat(alertmanager.get("/api/v2/status")).contains("repeat_interval: 2h");
            Path releaseTwo = current.toRealPath();

            // promtool rejects a rule that does not parse
            Path bad = ReleaseJar.with(
                    home.resolve("bad.jar"),
                    "3.0.0",
                    Map.of(
                            RULE_FILE,
                            Ops.text(Ops.SOURCE.resolveSibling(RULE_FILE)).replace(" > 14.4", " >> 14.4")));
            assertThat(host.run(bad, "install", servers).failure(ExitCode.REFUSED))
                    .startsWith("ops-configs: promtool: " + bad + ": " + RULE_FILE + ": ")
                    .contains("parse error");
            assertThat(current.toRealPath()).isEqualTo(releaseTwo);

            // without promtool Prometheus rejects it, and the previous release is active again
            assertThat(host.run(bad, "install", withoutTools).failure(ExitCode.ROLLED_BACK))
                    .startsWith("ops-configs: " + prometheus.address() + "/-/reload: status 500: ")
                    .endsWith("; releases/" + releaseTwo.getFileName() + " is active again");
            assertThat(current.toRealPath()).isEqualTo(releaseTwo);
            assertThat(prometheus.get("/metrics")).contains("prometheus_config_last_reload_successful 1\n");

            // the same for Alertmanager, after Prometheus has already loaded the release
            Path badRoutes = ReleaseJar.with(
                    home.resolve("bad-routes.jar"),
                    "3.0.1",
                    Map.of(ALERTMANAGER, routes.replace("receiver: heartbeat", "receiver: nobody")));
            assertThat(host.run(badRoutes, "install", withoutTools).failure(ExitCode.ROLLED_BACK))
                    .startsWith("ops-configs: " + alertmanager.address() + "/-/reload: status 500: ")
                    .endsWith("; releases/" + releaseTwo.getFileName() + " is active again");
            host.run(second, "verify", servers).succeeds();
            assertThat(prometheus.get("/api/v1/rules")).contains("CryptobotNew");

            // back to the first one; the files of the host have stayed
            host.run(second, "rollback", servers).succeeds();
            assertThat(current.toRealPath()).isEqualTo(releaseOne);
            assertThat(prometheus.get("/api/v1/rules"))
                    .contains("cryptobot:bot_expected")
                    .doesNotContain("CryptobotNew");
            assertThat(host.run(first, "list").succeeds().out()).startsWith("* " + releaseOne.getFileName());

            // a Prometheus with other rules is detected
            MonitoringHost copy = new MonitoringHost(home.resolve("copy"));
            copy.set(addresses);
            assertThat(copy.run(first, "install", servers).failure(ExitCode.ROLLED_BACK))
                    .startsWith("ops-configs: " + prometheus.address() + ": runs no rule of " + copy.root())
                    .endsWith(" is not active, because there was no release before");
            assertThat(copy.current()).doesNotExist();
        }
    }

    @Test
    void changedByteIsFoundAndNamed() throws IOException {
        host.run(ReleaseJar.built(), "install").succeeds();
        Path before = current.toRealPath();
        byte[] rules = Files.readAllBytes(Ops.SOURCE.resolveSibling(RULE_FILE));
        rules[rules.length / 2] ^= 1;
        Path damaged = ReleaseJar.damaged(home.resolve("damaged.jar"), RULE_FILE, rules);

        assertThat(host.run(damaged, "install").failure(ExitCode.REFUSED))
                .isEqualTo("ops-configs: " + damaged + ": " + RULE_FILE + " is not the file that was released");

        byte[] manifest =
                FileTree.read(ReleaseJar.built(), ReleaseManifest.FOLDER).bytes(ReleaseManifest.PATH);
        manifest[15] ^= 1; // the version
        damaged = ReleaseJar.damaged(home.resolve("damaged.jar"), ReleaseManifest.PATH, manifest);
        assertThat(host.run(damaged, "install").failure(ExitCode.REFUSED))
                .isEqualTo("ops-configs: " + damaged + ": " + ReleaseManifest.PATH + " is missing or damaged");
        assertThat(current.toRealPath()).isEqualTo(before);
    }

    /** A limit on the file size makes a write fail in the middle, like a full disk, and needs no rights. */
    @Test
    void fullDiskLeavesTheActiveRelease() throws IOException {
        host.run(ReleaseJar.built(), "install").succeeds();
        Path before = current.toRealPath();
        Path big =
                ReleaseJar.with(home.resolve("big.jar"), "2.0.0", Map.of("ops/runbooks/Big.md", "x".repeat(200_000)));

        ChildProcess.Builder install =
                java(big, host.line("install")).prefix("sh", "-c", "ulimit -f 100 && exec \"$0\" \"$@\"");

        assertThat(MonitoringHost.Result.of(install.run()).failure(ExitCode.FAILED))
                .startsWith("ops-configs: " + host.root().resolve("releases/.staged/ops/runbooks/Big.md") + ": ")
                .endsWith("; the active release is unchanged");
        assertThat(current.toRealPath()).isEqualTo(before);
        assertThat(host.root().resolve("releases/.staged")).doesNotExist();
    }

    /** Each kill is a bit later after the first written file; the active release is complete, the old one or the new one. */
    @Test
    void installationThatIsKilledLeavesAWholeRelease() throws IOException, InterruptedException {
        Path first = ReleaseJar.with(home.resolve("first.jar"), "1.0.0", Map.of());
        host.run(first, "install", "--without-tools").succeeds();
        Path staged = host.root().resolve("releases/.staged");

        for (int millis : new int[] {0, 2, 5, 10, 20, 40, 80, 160}) {
            Path next = ReleaseJar.with(home.resolve("next.jar"), "1.0." + millis, Map.of());
            Installation.delete(staged);
            try (ChildProcess installation =
                    java(next, host.line("install", "--without-tools")).start()) {
                Await.await("first file", () -> Files.exists(staged) || !installation.isAlive());
                installation.process().waitFor(millis, TimeUnit.MILLISECONDS);
            }

            assertThat(host.run("verify"))
                    .as("killed after %s ms", millis)
                    .extracting(MonitoringHost.Result::exitCode)
                    .isEqualTo(0);
        }
        host.run(first, "install", "--without-tools").succeeds();
        assertThat(staged).doesNotExist();
    }

    @Test
    void secondCommandAtTheSameTimeIsRejected() throws IOException {
        Path lock = host.root().resolve("lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNotNull();

            Result install = java(ReleaseJar.built(), host.line("install")).run();
            assertThat(MonitoringHost.Result.of(install).failure(ExitCode.BUSY))
                    .isEqualTo("ops-configs: " + lock + ": another command is running in " + host.root());
        }
        assertThat(current).doesNotExist();
        host.run(ReleaseJar.built(), "install").succeeds();
    }

    private static ChildProcess.Builder java(Path jar, List<String> line) {
        return ChildProcess.program(
                        ChildProcess.javaCommand(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
                .arguments("-jar", jar)
                .arguments(line.toArray());
    }

    @Test
    void directoryWithoutRightsIsNamed() throws IOException {
        Path root = Path.of("/proc/ops-configs"); // nobody can write there, root included

        Result install = java(ReleaseJar.built(), List.of("install", "--to", root.toString()))
                .run();

        assertThat(MonitoringHost.Result.of(install).failure(ExitCode.FAILED))
                .startsWith("ops-configs: " + root + ": ");
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

        assertThat(host.run(jar, "install").failure(ExitCode.REFUSED))
                .isEqualTo("ops-configs: " + jar + ": ops/prometheus/prometheus.yml: its rule_files find 0 of the "
                        + Ops.rules().count() + " rules of the release");
    }

    /** {@code sha256sum -c} can check the files that {@code unzip} writes. */
    @Test
    void unzippedJarCanBeCheckedWithoutJava() throws IOException {
        FileTree.read(ReleaseJar.built(), "").write(home.resolve("unzipped"));

        Result result = Tool.SHELL.run(
                "-c",
                "cd \"$0\" && sha256sum --strict --quiet -c META-INF/ops-configs/SHA256SUMS",
                home.resolve("unzipped"));

        assertThat(result).isEqualTo(new Result(0, ""));
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
