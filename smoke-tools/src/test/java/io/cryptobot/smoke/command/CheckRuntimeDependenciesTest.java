package io.cryptobot.smoke.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.config.GitRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
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
                SENTRY_DSN=https://%s@o1.ingest.sentry.io/42
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
                + sentry.dsn: https://***@o1.ingest.sentry.io/42
                + sentry.environment: production
                + sentry.release: %s
                written: %s
                """.formatted(revision, overrides));
        assertThat(new ObjectMapper().readTree(overrides.toFile()).toString())
                .isEqualTo("{\"sentry\":{\"dsn\":\"https://" + KEY + "@o1.ingest.sentry.io/42\","
                        + "\"environment\":\"production\",\"release\":\"" + revision + "\"}}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(overrides)))
                .isEqualTo("rw-------");
        assertThat(home.resolve("config")).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void keepsAllElseInItsOrder() throws IOException {
        Files.writeString(overrides, "{\"z\":1.50,\"sentry\":{\"note\":\"mine\",\"dsn\":\"old\"},\"a\":[null,true]}");

        run("--sync-sentry");

        assertThat(Files.readString(overrides).replaceAll("\\s", ""))
                .isEqualTo("{\"z\":1.50,\"sentry\":{\"note\":\"mine\",\"dsn\":\"https://" + KEY
                        + "@o1.ingest.sentry.io/42\",\"environment\":\"production\",\"release\":\"" + revision
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
                .startsWith("- sentry.dsn: https://***@o1.ingest.sentry.io/42\n"
                        + "+ sentry.dsn: https://***@o1.ingest.sentry.io/42 (another key)\n");
    }

    @Test
    void warnsOfWhatGoesOverTheFile() throws IOException {
        environment.put("SENTRY_ENVIRONMENT", "staging");
        Files.writeString(overrides, "{\"sentry\":{\"enabled\":false}}");
        Files.setPosixFilePermissions(env, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run("--sync-sentry").err())
                .contains("SENTRY_ENVIRONMENT in this process's environment differs and goes over the file")
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
                .contains("√ Java is 17 or newer", "√ run directory is there and writable")
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
        assertThat(new ObjectMapper().readTree(run.out()).path("hops").size()).isEqualTo(10);
        assertThat(new ObjectMapper()
                        .readTree(run("--sync-sentry", "--json").out())
                        .path("result")
                        .asText())
                .isEqualTo("written");
    }

    @Test
    void refusesADryRunOfNothing() {
        assertThat(run("--dry-run").exitCode()).isEqualTo(2);
    }

    private CommandRun run(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "check-runtime-dependencies";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return CommandRun.of(environment, arguments);
    }
}
