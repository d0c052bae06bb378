package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents of commands whose own tests do not check them already. */
class PublishedSchemasTest {
    @TempDir
    Path home;

    @Test
    void checksKeepToTheirSchema() throws IOException {
        CommandRun run = run("check-runtime-dependencies", "--json");

        assertThat(JsonSchemas.assertPublished(run.out()).path("exitCode").asInt())
                .isEqualTo(run.exitCode());
    }

    @Test
    void theSentrySyncKeepsToItsSchema() throws IOException {
        Files.createDirectory(home.resolve("config"));
        Files.writeString(home.resolve("config/production.env"), """
                SENTRY_DSN=https://0123456789abcdef0123456789abcdef@sentry.example.com/1
                SENTRY_ENVIRONMENT=production
                SENTRY_RELEASE=abc1234
                """);

        JsonSchemas.assertPublished(run("check-runtime-dependencies", "--sync-sentry", "--dry-run", "--json")
                .out());
        JsonSchemas.assertPublished(
                run("check-runtime-dependencies", "--sync-sentry", "--json").out());
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(
                Map.of(
                        "CRYPTOBOT_HOME",
                        home.toString(),
                        "CRYPTOBOT_RUN_DIR",
                        home.resolve("run").toString()),
                arguments);
    }
}
