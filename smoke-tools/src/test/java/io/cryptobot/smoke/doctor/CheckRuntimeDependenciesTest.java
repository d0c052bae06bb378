package io.cryptobot.smoke.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.sentry.GitRepository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckRuntimeDependenciesTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path home;

    private Path env;
    private Path overrides;
    private String revision = "";
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void prepareTheHomeOfThePlan() throws IOException, InterruptedException {
        revision = GitRepository.create(home);
        env = Files.createDirectory(home.resolve("config")).resolve("production.env");
        overrides = home.resolve("config").resolve("runtime_overrides.json");
        Files.writeString(env, """
                SENTRY_DSN=https://%s@o1.sentry.invalid/42
                SENTRY_ENVIRONMENT=production
                SENTRY_RELEASE=$(git rev-parse --short HEAD)
                """.formatted(KEY));
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-------"));
        environment.put("CRYPTOBOT_HOME", home.toString());
        environment.put("CRYPTOBOT_RUN_DIR", home.toString());
        environment.put("PATH", System.getenv("PATH"));
    }

    @Test
    void writesTheEntryForItsOwnerOnly() throws IOException {
        CommandRun run = run("--sync-sentry");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("""
                + sentry.dsn: https://***@o1.sentry.invalid/42
                + sentry.environment: production
                + sentry.release: %s
                written: %s
                """.formatted(revision, overrides));
        assertThat(new ObjectMapper().readTree(overrides.toFile()).toString())
                .isEqualTo("{\"sentry\":{\"dsn\":\"https://" + KEY + "@o1.sentry.invalid/42\","
                        + "\"environment\":\"production\",\"release\":\"" + revision + "\"}}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(overrides)))
                .isEqualTo("rw-------");
        assertThat(home.resolve("config")).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void keepsAllElseInItsOrder() throws IOException {
        Files.writeString(overrides, "{\"z\":1.50,\"sentry\":{\"note\":\"mine\",\"dsn\":\"old\"},\"a\":[null,true]}");

        run("--sync-sentry");

        assertThat(Files.readString(overrides).replaceAll("\\s", ""))
                .isEqualTo("{\"z\":1.50,\"sentry\":{\"note\":\"mine\",\"dsn\":\"https://" + KEY
                        + "@o1.sentry.invalid/42\",\"environment\":\"production\",\"release\":\"" + revision
                        + "\"},\"a\":[null,true]}");
    }

    @Test
    void writesNothingTheSecondTime() throws IOException {
        run("--sync-sentry");
        FileTime longAgo = FileTime.from(Instant.EPOCH);
        Files.setLastModifiedTime(overrides, longAgo);

        CommandRun second = run("--sync-sentry");

        assertThat(second.exitCode()).isZero();
        assertThat(second.out()).isEqualTo("already in sync: " + overrides + "\n");
        assertThat(Files.getLastModifiedTime(overrides)).isEqualTo(longAgo);
    }

    @Test
    void takesBackRightsOfOthers() throws IOException {
        run("--sync-sentry");
        Files.setPosixFilePermissions(overrides, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run("--sync-sentry").out()).startsWith("~ file rights: rw-------\nwritten: ");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(overrides)))
                .isEqualTo("rw-------");
    }

    @Test
    void showsTheDifferenceWithoutWriting() {
        CommandRun run = run("--sync-sentry", "--dry-run");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("+ sentry.environment: production", "dry run, nothing written")
                .doesNotContain(KEY);
        assertThat(overrides).doesNotExist();
    }

    @Test
    void tellsThatOnlyTheKeyChanged() throws IOException {
        run("--sync-sentry");
        Files.writeString(env, Files.readString(env).replace("0123", "ffff"));

        assertThat(run("--sync-sentry").out())
                .startsWith("- sentry.dsn: https://***@o1.sentry.invalid/42\n"
                        + "+ sentry.dsn: https://***@o1.sentry.invalid/42 (another key)\n");
    }

    @Test
    void warnsOfWhatGoesOverTheFile() throws IOException {
        environment.put("SENTRY_ENVIRONMENT", "staging");
        Files.writeString(overrides, "{\"sentry\":{\"enabled\":false}}");
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run("--sync-sentry").err())
                .contains("SENTRY_ENVIRONMENT in this process's environment differs and overrides the file")
                .contains("the entry sentry says \"enabled\": false, so Sentry stays off")
                .contains("others can read the DSN: chmod 600 " + env);
    }

    @Test
    void refusesAWrongConfigurationAndLeavesTheFileAlone() throws IOException {
        Files.writeString(overrides, "{canary}");
        assertThat(run("--sync-sentry"))
                .isEqualTo(new CommandRun(3, "", overrides + ":1:2: not valid JSON; correct or remove the file\n"));
        assertThat(overrides).hasContent("{canary}");

        Files.writeString(env, "SENTRY_DSN=https://canary@host/1\nSENTRY_ENVIRONMENT=x\nSENTRY_RELEASE=1\n");
        Files.delete(overrides);
        assertThat(run("--sync-sentry").err())
                .isEqualTo(env + ": Sentry DSN is invalid: its public key is not 32 hexadecimal digits;"
                        + " expected https://<public key>@<host>/<project number>\n");

        Files.writeString(env, "SENTRY_ENVIRONMENT=x\n");
        assertThat(run("--sync-sentry").err()).isEqualTo(env + ": SENTRY_DSN is missing or empty\n");
        assertThat(overrides).doesNotExist();
    }

    @Test
    void checksTheMachine() {
        run("--sync-sentry");

        CommandRun run = run();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("√ Java is 17 or newer", "‼ run directory is in memory", " is not on tmpfs: the bot may wait")
                .contains("- Prometheus scrapes the exporter\n    Prometheus does not answer\n")
                .contains("√ production.env is there and only its owner can read it")
                .contains("√ Sentry settings are valid", "environment production, release " + revision)
                .doesNotContain(KEY);
    }

    @Test
    void namesTheCauseAndTheNextStep() throws IOException {
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-r--r--"));
        environment.put("PATH", "");

        CommandRun run = run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("× production.env is there and only its owner can read it\n    " + env
                        + " has rights rw-r--r--\n    next: chmod 600 " + env)
                .contains("‼ promtool is on the path")
                .contains("next: apt-get install prometheus");
    }

    @Test
    void printsJsonForScripts() throws IOException {
        CommandRun run = run("--json");

        assertThat(new ObjectMapper().readTree(run.out()).path("schema").asText())
                .isEqualTo("cryptobot.smoke/v1");
        assertThat(new ObjectMapper().readTree(run.out()).path("hops").size()).isEqualTo(23);
        assertThat(new ObjectMapper()
                        .readTree(run("--sync-sentry", "--json").out())
                        .path("result")
                        .asText())
                .isEqualTo("written");
    }

    /** Each is broken by itself; everything else stays as it was. */
    @Test
    void namesADirectoryThatEverybodyMayWriteTo() throws IOException {
        Path state = Files.createDirectory(home.resolve("state"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path run = Files.createDirectory(home.resolve("run"));
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxrwxrwx"));
        environment.put("CRYPTOBOT_RUN_DIR", run.toString());

        assertThat(failed(run("--json")))
                .containsExactly(
                        "run-directory: " + run
                                + " has rights rwxrwxrwx: everybody on this host can put files there -> chmod" + " o-w "
                                + run,
                        "state-directory: " + state
                                + " has rights rwxrwxrwx: everybody on this host can put files there -> chmod o-w "
                                + state);
    }

    @Test
    void namesASecretThatOthersCanReadOrThatIsMissing() throws IOException {
        Path secrets = Files.createDirectory(home.resolve("secrets"));
        environment.put("CRYPTOBOT_SECRETS_DIR", secrets.toString());
        Path slack = Files.writeString(secrets.resolve("slack_api_url"), "https://hooks.slack.com/services/canary");
        Files.setPosixFilePermissions(slack, PosixFilePermissions.fromString("rw-r--r--"));

        CommandRun run = run("--json");

        assertThat(failed(run))
                .containsExactly(
                        "slack_api_url: " + slack + " has rights rw-r--r-- -> chmod 600 " + slack,
                        "pagerduty_routing_key: " + secrets.resolve("pagerduty_routing_key")
                                + " does not exist -> write it, then chmod 600 it and give it to Alertmanager's user");
        assertThat(run.out()).doesNotContain("canary");
    }

    @Test
    void namesAClosedPortThatSomebodyHasNamed() throws IOException {
        environment.put("CRYPTOBOT_EXPORTER_URL", "http://127.0.0.1:1");

        assertThat(failed(run("--json")))
                .containsExactly("exporter: nothing answers at http://127.0.0.1:1/-/ready -> start it, or correct its"
                        + " address; a local stack: smoke-tools/bin/cryptobot stack up");
    }

    @Test
    void namesAnUnreadableCountersFile() throws IOException {
        Files.writeString(home.resolve("cryptobot-desktop.counters"), "rubbish");

        assertThat(failed(run("--json"))).singleElement().asString().startsWith("counters-file: ");
    }

    /** A Prometheus without rules and targets, ten years late. */
    @Test
    void namesAMissingRuleAMissingTargetAndAWrongClock() throws IOException {
        try (ServerSocket prometheus = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> answer(prometheus), "prometheus");
            server.setDaemon(true);
            server.start();
            environment.put("CRYPTOBOT_PROMETHEUS_URL", "http://127.0.0.1:" + prometheus.getLocalPort());

            assertThat(failed(run("--json")))
                    .extracting(line -> line.replaceAll(" ->.*", "").replaceAll("[0-9]{6,}", "n"))
                    .containsExactly(
                            "rule-loaded: the rule CryptobotOrderFailureRateHigh is not loaded",
                            "target-up: Prometheus has no target of the job cryptobot-desktop",
                            "alertmanager-known: Prometheus has no Alertmanager configured",
                            "clock: the clocks are n s apart");
        }
    }

    private static void answer(ServerSocket server) {
        String body = "{\"data\":{\"groups\":[],\"activeTargets\":[],\"activeAlertmanagers\":[]}}";
        byte[] answer =
                ("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2015 00:00:00 GMT\r\nConnection: close\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII);
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                BufferedReader request = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
                String line = request.readLine();
                while (line != null && !line.isEmpty()) {
                    line = request.readLine();
                }
                connection.getOutputStream().write(answer);
            } catch (IOException e) {
                // the test has ended
            }
        }
    }

    @Test
    void writesAReportForItsOwnerOnly() throws IOException {
        Path report = Files.writeString(home.resolve("report.json"), "old");
        Files.setPosixFilePermissions(report, PosixFilePermissions.fromString("rw-rw-rw-"));
        run("--sync-sentry");

        assertThat(run("--write-report=" + report).exitCode()).isZero();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(report)))
                .isEqualTo("rw-------");
        assertThat(new ObjectMapper().readTree(report.toFile()).path("schema").asText())
                .isEqualTo("cryptobot.smoke/v1");
        assertThat(report).content().doesNotContain(KEY);
        assertThat(home).isDirectoryNotContaining("glob:**.new");
        assertThat(run("--write-report=/nowhere/report").exitCode()).isEqualTo(3);
        assertThat(run("--write-report=/nowhere/report").err())
                .startsWith("--write-report: /nowhere/report cannot be written: ")
                .hasLineCount(1);
    }

    private static List<String> failed(CommandRun run) throws IOException {
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        List<String> lines = new ArrayList<>();
        for (JsonNode check : new ObjectMapper().readTree(run.out()).path("hops")) {
            if (check.path("status").asText().equals("fail")) {
                lines.add(check.path("id").asText() + ": "
                        + check.path("cause").asText() + " -> "
                        + check.path("hint").asText());
            }
        }
        return lines;
    }

    @Test
    void refusesADryRunOfNothing() {
        assertThat(run("--dry-run").exitCode()).isEqualTo(2);
    }

    private CommandRun run(String... options) {
        return CommandRun.of(environment, List.of("check-runtime-dependencies"), options);
    }
}
