package io.cryptobot.smoke.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.smoke.localservices.Fault;
import io.cryptobot.smoke.localservices.LocalServices;
import io.cryptobot.smoke.localservices.SentryEvent;
import io.cryptobot.smoke.sentry.GitRepository;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.OneJdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The launchers and the packaged jar, as a person runs them, against the local Sentry; each test has its own. */
@OneJdk
@Execution(ExecutionMode.CONCURRENT)
class TelemetrySmokeIT {
    private static final Path BIN = Path.of("bin").toAbsolutePath();

    @TempDir
    Path home;

    private LocalServices receivers;
    private String revision = "";

    private record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void prepareTheHomeOfThePlan() throws IOException, InterruptedException {
        receivers = LocalServices.start(0);
        revision = GitRepository.create(home);
        Files.createDirectory(home.resolve("config"));
        configure(receivers.sentryDsn());
    }

    @AfterEach
    void stop() {
        receivers.close();
    }

    @Test
    void provesThatSentryAcceptedTheEvent() throws Exception {
        assertThat(run("check-runtime-dependencies", "--sync-sentry").exitCode())
                .isZero();

        Run run = run("telemetry-smoke", "--raise-exception", "--json");

        assertThat(run.exitCode()).isZero();
        JsonNode evidence = JsonSchemas.assertPublished(run.out()).at("/hops/0/evidence");
        SentryEvent event = receivers.received().sentry().get(0);
        assertThat(event.eventId()).isEqualTo(evidence.path("eventId").asText()).hasSize(32);
        assertThat(event.environment()).isEqualTo("production");
        assertThat(event.release()).isEqualTo(revision);
        assertThat(event.exceptionType()).isEqualTo("RaiseException$TelemetrySmokeException");
    }

    @Test
    void ignoresABlankVariableThatWouldSwitchTheSdkOff() throws Exception {
        run("check-runtime-dependencies", "--sync-sentry");

        Run run = run(Map.of("SENTRY_DSN", ""), "telemetry-smoke", "--raise-exception");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("√ Sentry accepted the exception  eventId=");
        assertThat(run.err()).contains("SENTRY_DSN is blank and ignored", "accepted is not yet stored");
    }

    @Test
    void saysThatTheKeyIsWrong() throws Exception {
        configure(receivers.sentryDsn().replace("c0ffee", "badbad"));
        run("check-runtime-dependencies", "--sync-sentry");

        Run run = run("telemetry-smoke", "--raise-exception");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("× Sentry accepted the exception")
                .contains("Sentry answered HTTP 403: the DSN's key or project is not accepted")
                .contains("next: compare SENTRY_DSN in config/production.env")
                .doesNotContain("badbad", "eventId");
        assertThat(receivers.received().sentry()).isEmpty();
    }

    @Test
    void saysThatSentryFailsOrIsDown() throws Exception {
        run("check-runtime-dependencies", "--sync-sentry");
        receivers.inject(Fault.parse("sentry=503:1"));

        assertThat(run("telemetry-smoke", "--raise-exception").out()).contains("Sentry answered HTTP 503");

        receivers.close();
        Run run = run("telemetry-smoke", "--raise-exception");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("no answer from Sentry (connection refused, broken, or too slow)");
    }

    @Test
    void givesUpOnASentryThatHangs() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            configure(receivers.sentryDsn().replace(":" + receivers.port(), ":" + hanging.getLocalPort()));
            run("check-runtime-dependencies", "--sync-sentry");

            Run run = run("telemetry-smoke", "--raise-exception", "--timeout", "500ms");

            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.out())
                    .contains("Sentry did not answer within 500 ms", "next: again with a longer --timeout");
        }
    }

    @Test
    void tellsHowToConfigureSentry() throws Exception {
        Run run = run("telemetry-smoke", "--raise-exception");

        assertThat(run)
                .isEqualTo(new Run(3, "", "Sentry is not configured; run: check-runtime-dependencies --sync-sentry\n"));
    }

    @Test
    void namesTheCommandThatBuildsAMissingJar() throws Exception {
        Path bin = Files.createDirectories(home.resolve("module").resolve("bin"));
        Path launcher = Files.copy(BIN.resolve("cryptobot"), bin.resolve("cryptobot"));

        Run run = execute(Map.of(), List.of("bash", launcher.toString(), "--version"));

        assertThat(run.exitCode())
                .as("not 3, which has a meaning of its own for mode-switch")
                .isEqualTo(70);
        assertThat(run.err().strip().lines())
                .singleElement()
                .asString()
                .contains("is missing; build it: (cd " + home, "mvn -q -pl smoke-tools -am package");
    }

    @Test
    void knowsItsVersionAndWorksThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(home.resolve("cb"), BIN.resolve("cryptobot"));

        Run run = execute(Map.of(), List.of(link.toString(), "--version"));

        Files.delete(link);
        assertThat(run.out()).matches("cryptobot \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
    }

    private void configure(String dsn) throws IOException {
        Files.writeString(home.resolve("config").resolve("production.env"), """
                SENTRY_DSN=%s
                SENTRY_ENVIRONMENT=production
                SENTRY_RELEASE=$(git rev-parse --short HEAD)
                """.formatted(dsn));
    }

    private Run run(String launcher, String... options) throws IOException {
        return run(Map.of(), launcher, options);
    }

    private Run run(Map<String, String> environment, String launcher, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(BIN.resolve(launcher).toString()));
        command.addAll(List.of(options));
        return execute(environment, command);
    }

    private Run execute(Map<String, String> environment, List<String> command) throws IOException {
        Path err = home.resolve("err");
        ChildProcess.Result result = ChildProcess.program(command.toArray())
                .directory(home)
                .withoutEnvironment("SENTRY_*", "CRYPTOBOT_*")
                .environment(environment)
                .errors(err)
                .run();
        return new Run(result.exitCode(), result.output(), Files.readString(err));
    }
}
