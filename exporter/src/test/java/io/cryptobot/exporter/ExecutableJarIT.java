package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shaded jar as people start it. */
class ExecutableJarIT {
    @TempDir
    Path temporary;

    private record Ended(int exitCode, String output, String errors) {}

    @Test
    void aPortInUseIsOneLineAndExitCode3() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = run(
                    Map.of(
                            "CRYPTOBOT_EXPORTER_HOST",
                            "127.0.0.1",
                            "CRYPTOBOT_EXPORTER_PORT",
                            "" + taken.getLocalPort(),
                            "CRYPTOBOT_EXPORTER_ADMIN_PORT",
                            "0",
                            "CRYPTOBOT_RUN_DIR",
                            temporary.toString()),
                    "server");
            assertThat(ended)
                    .isEqualTo(new Ended(
                            3,
                            "",
                            "cryptobot-exporter: cannot listen on 127.0.0.1:" + taken.getLocalPort()
                                    + " (Address already in use); 9100 is node_exporter's default too. Choose a free port"
                                    + " with CRYPTOBOT_EXPORTER_PORT for the metrics or CRYPTOBOT_EXPORTER_ADMIN_PORT for"
                                    + " the admin pages.\n"));
        }
    }

    @Test
    void aMissingConfigurationFileIsOneLineAndExitCode3() throws Exception {
        Path missing = temporary.resolve("missing.yml");
        assertThat(run(Map.of(), "server", missing.toString()))
                .isEqualTo(new Ended(3, "", "cryptobot-exporter: File " + missing + " not found\n"));
    }

    @Test
    void aWrongValueIsNamedWithItsKey() throws Exception {
        Path file = Files.writeString(temporary.resolve("exporter.yml"), "heartbeatTimeout: 10ms\n");
        assertThat(run(Map.of(), "check", file.toString()))
                .isEqualTo(new Ended(
                        3,
                        "",
                        "cryptobot-exporter: " + file + " has an error:\n"
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
                .isEqualTo(new Ended(
                        3,
                        "",
                        "cryptobot-exporter: " + file + " has an error:\n"
                                + "  * Failed to parse configuration at: heartbeatTimeout; Cannot deserialize value of type"
                                + " `io.dropwizard.util.Duration` from Array value (token `JsonToken.START_ARRAY`)\n"));
    }

    @Test
    void aPasswordInTheClearIsOneLineThatDoesNotRepeatItAndExitCode3() throws Exception {
        Path file = Files.writeString(temporary.resolve("web.yml"), "basic_auth_users:\n  prometheus: hunter2\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        for (String command : new String[] {"server", "check"}) {
            assertThat(run(Map.of("CRYPTOBOT_EXPORTER_WEB_CONFIG", file.toString()), command))
                    .as(command)
                    .isEqualTo(new Ended(
                            3,
                            "",
                            "cryptobot-exporter: " + file
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
        Process exporter = start(
                Map.of(
                        "CRYPTOBOT_EXPORTER_HOST", "127.0.0.1",
                        "CRYPTOBOT_EXPORTER_PORT", "0",
                        "CRYPTOBOT_EXPORTER_ADMIN_PORT", "0",
                        "CRYPTOBOT_RUN_DIR", temporary.toString()),
                "server");
        try {
            String port = ExporterProcess.awaitPort(exporter, temporary.resolve("out"));
            HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString(UTF_8));
            assertThat(page.body())
                    .contains("cryptobot_exporter_heap_used_bytes ", "cryptobot_exporter_threads ")
                    .containsPattern("cryptobot_exporter_build_info\\{version=\"\\d+\\.\\d[^\"]*\",jdk=\""
                            + Runtime.version().feature() + "[^\"]*\"} 1\\.0\n");
            assertThat(Promtool.check(page.body())).isEqualTo(new Promtool(0, ""));
        } finally {
            exporter.destroy();
        }
        assertThat(exporter.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(exporter.exitValue()).as("as exporter.yml says").isEqualTo(143);
        assertThat(temporary.resolve("err")).isEmptyFile();
    }

    @Test
    void aWrongDsnIsOneLineAndTheExporterServes() throws Exception {
        Process exporter = start(
                Map.of(
                        "SENTRY_DSN", "https://canary-key@",
                        "CRYPTOBOT_EXPORTER_HOST", "127.0.0.1",
                        "CRYPTOBOT_EXPORTER_PORT", "0",
                        "CRYPTOBOT_EXPORTER_ADMIN_PORT", "0",
                        "CRYPTOBOT_RUN_DIR", temporary.toString()),
                "server");
        try {
            ExporterProcess.awaitPort(exporter, temporary.resolve("out"));
        } finally {
            exporter.destroy();
        }
        assertThat(exporter.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(Files.readAllLines(temporary.resolve("out"), UTF_8))
                .filteredOn(line -> line.contains("Sentry"))
                .singleElement()
                .asString()
                .contains("Sentry off: Sentry DSN is invalid")
                .doesNotContain("canary");
        assertThat(temporary.resolve("err")).isEmptyFile();
    }

    @Test
    void logsAJsonObjectALineWhereThatIsAskedFor() throws Exception {
        Path file = temporary.resolve("exporter.yml");
        try (InputStream packed = ExporterApplication.class.getResourceAsStream("/exporter.yml")) {
            Files.writeString(
                    file,
                    new String(packed.readAllBytes(), UTF_8)
                            .replace("      timeZone: UTC\n", "      layout: {type: json}\n"));
        }
        Process exporter = start(
                Map.of(
                        "SENTRY_DSN", "wrong",
                        "CRYPTOBOT_EXPORTER_HOST", "127.0.0.1",
                        "CRYPTOBOT_EXPORTER_PORT", "0",
                        "CRYPTOBOT_EXPORTER_ADMIN_PORT", "0",
                        "CRYPTOBOT_RUN_DIR", temporary.toString()),
                "server",
                file.toString());
        try {
            ExporterProcess.awaitPort(exporter, temporary.resolve("out"));
        } finally {
            exporter.destroy();
        }
        assertThat(exporter.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        ObjectMapper json = new ObjectMapper();
        List<String> levels = new ArrayList<>();
        for (String line : Files.readAllLines(temporary.resolve("out"), UTF_8)) {
            JsonNode entry = json.readTree(line);
            assertThat(entry.fieldNames())
                    .toIterable()
                    .as(line)
                    .contains("timestamp", "level", "loggerName", "formattedMessage");
            levels.add(entry.get("level").asText());
        }
        assertThat(levels).containsExactly("WARN", "INFO");
    }

    @Test
    void rehearsesEveryPageAndLeavesNothing() throws Exception {
        Path web = Files.writeString(
                temporary.resolve("web.yml"),
                "basic_auth_users:\n  a: $2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy\n");
        Files.setPosixFilePermissions(web, PosixFilePermissions.fromString("rw-------"));
        Ended ended = run(Map.of("CRYPTOBOT_EXPORTER_WEB_CONFIG", web.toString()), "rehearse");
        assertThat(ended.exitCode()).as(ended.toString()).isZero();
        assertThat(ended.errors()).isEmpty();
        assertThat(ended.output()).contains("on application port");
    }

    private Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Process process = start(environment, arguments);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(
                process.exitValue(),
                Files.readString(temporary.resolve("out"), UTF_8),
                Files.readString(temporary.resolve("err"), UTF_8));
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // for a short life
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(temporary.resolve("out").toFile())
                .redirectError(temporary.resolve("err").toFile());
        builder.environment().putAll(environment);
        return builder.start();
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
