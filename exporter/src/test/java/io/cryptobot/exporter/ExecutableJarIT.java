package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.exporter.security.Authority;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shaded jar as people start it, with the class data archive of a rehearsal, as the shipped unit starts it. */
class ExecutableJarIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static Path archive;
    private static Ended rehearsal;

    @TempDir
    Path temporary;

    private record Ended(int exitCode, String output, String errors) {
        static Ended failed(String errors) {
            return new Ended(3, "", "cryptobot-exporter: " + errors);
        }
    }

    @BeforeAll
    static void rehearse(@TempDir Path directory) throws Exception {
        archive = directory.resolve("exporter.jsa");
        Path web = Authority.writePrivate(
                directory.resolve("web.yml"),
                "basic_auth_users:\n  a: $2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy\n");
        try (ChildProcess process = start(
                directory,
                "-XX:ArchiveClassesAtExit=" + archive,
                Map.of("CRYPTOBOT_EXPORTER_WEB_CONFIG", web.toString()),
                "rehearse")) {
            rehearsal = ended(process, directory);
        }
    }

    @Test
    void rehearsesEveryPageAndLeavesNothing() {
        assertThat(rehearsal.exitCode()).as(rehearsal.toString()).isZero();
        assertThat(rehearsal.errors()).isEmpty();
        assertThat(rehearsal.output()).contains("on application port");
    }

    @Test
    void aPortInUseIsOneLineAndExitCode3() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = new HashMap<>(ExporterProcess.freePorts(temporary));
            environment.put("CRYPTOBOT_EXPORTER_PORT", "" + taken.getLocalPort());
            assertThat(run(environment, "server"))
                    .isEqualTo(Ended.failed("cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + " (Address already in use); 9100 is node_exporter's default too. Choose a free port"
                            + " with CRYPTOBOT_EXPORTER_PORT for the metrics or CRYPTOBOT_EXPORTER_ADMIN_PORT for"
                            + " the admin pages.\n"));
        }
    }

    @Test
    void aMissingConfigurationFileIsOneLineAndExitCode3() throws Exception {
        Path missing = temporary.resolve("missing.yml");
        assertThat(run(Map.of(), "server", missing.toString()))
                .isEqualTo(Ended.failed("File " + missing + " not found\n"));
    }

    @Test
    void aWrongValueIsNamedWithItsKey() throws Exception {
        Path file = Files.writeString(temporary.resolve("exporter.yml"), "heartbeatTimeout: 10ms\n");
        assertThat(run(Map.of(), "check", file.toString()))
                .isEqualTo(Ended.failed(file + " has an error:\n"
                        + "  * heartbeatTimeout must be greater than or equal to 1 SECONDS\n"));
    }

    @Test
    void aKeyThatNobodyKnowsIsRefusedWithTheLikelyOne() throws Exception {
        Path file = Files.writeString(temporary.resolve("exporter.yml"), "hearbeatTimeout: 3s\n");
        Ended ended = run(Map.of(), "check", file.toString());
        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.errors())
                .startsWith("cryptobot-exporter: " + file + " has an error:\n"
                        + "  * Unrecognized field at: hearbeatTimeout\n    Did you mean?:\n      - heartbeatTimeout\n");
    }

    @Test
    void aValueOfTheWrongKindIsNamedWithItsKey() throws Exception {
        Path file = Files.writeString(temporary.resolve("exporter.yml"), "heartbeatTimeout: [1]\n");
        assertThat(run(Map.of(), "check", file.toString()))
                .isEqualTo(Ended.failed(file + " has an error:\n"
                        + "  * Failed to parse configuration at: heartbeatTimeout; Cannot deserialize value of type"
                        + " `io.dropwizard.util.Duration` from Array value (token `JsonToken.START_ARRAY`)\n"));
    }

    @Test
    void aPasswordInTheClearIsOneLineThatDoesNotRepeatItAndExitCode3() throws Exception {
        Path file = Authority.writePrivate(temporary.resolve("web.yml"), "basic_auth_users:\n  prometheus: hunter2\n");
        for (String command : new String[] {"server", "check"}) {
            assertThat(run(Map.of("CRYPTOBOT_EXPORTER_WEB_CONFIG", file.toString()), command))
                    .as(command)
                    .isEqualTo(Ended.failed(file
                            + ": basic_auth_users.prometheus is not a bcrypt hash; htpasswd"
                            + " -nBC 10 \"\" | tr -d ':\\n' makes one\n"));
        }
    }

    @Test
    void wrongUsageIsExitCode2() throws Exception {
        assertThat(run(Map.of(), "sell").exitCode()).isEqualTo(2);
    }

    @Test
    void servesWithItsPackedConfigurationAndStopsInOrder() throws Exception {
        serve(Map.of(), List.of(), port -> {
            HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString(UTF_8));
            assertThat(page.body())
                    .contains("cryptobot_exporter_heap_used_bytes ", "cryptobot_exporter_threads ")
                    .containsPattern("cryptobot_exporter_build_info\\{version=\"\\d+\\.\\d[^\"]*\",jdk=\""
                            + Runtime.version().feature() + "[^\"]*\"} 1\\.0\n");
            assertThat(Promtool.check(page.body())).isEqualTo(Promtool.NO_FAULT);
        });
        assertThat(temporary.resolve("err")).isEmptyFile();
    }

    @Test
    void aWrongDsnIsOneLineAndTheExporterServes() throws Exception {
        List<String> log = serve(Map.of("SENTRY_DSN", "https://canary-key@"), List.of(), port -> {});
        assertThat(log)
                .filteredOn(line -> line.contains("Sentry"))
                .singleElement()
                .asString()
                .contains("Sentry off: Sentry DSN is invalid")
                .doesNotContain("canary");
        assertThat(temporary.resolve("err")).isEmptyFile();
    }

    @Test
    void logsAJsonObjectALineWhereThatIsAskedFor() throws Exception {
        Path file = Files.writeString(
                temporary.resolve("exporter.yml"),
                ExporterProcess.packedConfiguration().replace("      timeZone: UTC\n", "      layout: {type: json}\n"));
        List<String> log = serve(Map.of("SENTRY_DSN", "wrong"), List.of(file.toString()), port -> {});
        ObjectMapper json = new ObjectMapper();
        List<String> levels = new ArrayList<>();
        for (String line : log) {
            JsonNode entry = json.readTree(line);
            assertThat(entry.fieldNames())
                    .toIterable()
                    .as(line)
                    .contains("timestamp", "level", "loggerName", "formattedMessage");
            levels.add(entry.get("level").asText());
        }
        assertThat(levels).containsExactly("WARN", "INFO");
    }

    private interface Visit {
        void on(String port) throws Exception;
    }

    /** {@return the log of an exporter that served, was visited, and stopped in order} */
    private List<String> serve(Map<String, String> environment, List<String> arguments, Visit visit) throws Exception {
        Map<String, String> all = new HashMap<>(ExporterProcess.freePorts(temporary));
        all.putAll(environment);
        List<String> command = new ArrayList<>(List.of("server"));
        command.addAll(arguments);
        try (ChildProcess exporter = start(temporary, fromArchive(), all, command.toArray(String[]::new))) {
            visit.on(ExporterProcess.awaitPort(exporter));
            exporter.terminate();
            assertThat(exporter.awaitExit(PATIENCE)).as("as exporter.yml says").isEqualTo(143);
            return exporter.output().lines().toList();
        }
    }

    private Ended run(Map<String, String> environment, String... arguments) throws IOException {
        Files.deleteIfExists(temporary.resolve("out"));
        try (ChildProcess process = start(temporary, fromArchive(), environment, arguments)) {
            return ended(process, temporary);
        }
    }

    private static Ended ended(ChildProcess process, Path directory) throws IOException {
        int exitCode = process.awaitExit(PATIENCE);
        return new Ended(exitCode, process.output(), Files.readString(directory.resolve("err"), UTF_8));
    }

    private static String fromArchive() {
        return "-XX:SharedArchiveFile=" + archive;
    }

    private static ChildProcess start(
            Path directory, String archiveOption, Map<String, String> environment, String... arguments)
            throws IOException {
        return ChildProcess.program(ChildProcess.javaCommand())
                // for a short life
                .arguments("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", archiveOption, "-jar", jar())
                .arguments((Object[]) arguments)
                .environment(environment)
                .output(directory.resolve("out"))
                .errors(directory.resolve("err"))
                .start();
    }

    static Path jar() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of("target"), "exporter-*-all.jar")) {
            List<Path> jars = new ArrayList<>();
            files.forEach(jars::add);
            assertThat(jars)
                    .as("shaded jars in target, made by the package phase")
                    .hasSize(1);
            return jars.get(0);
        }
    }
}
