package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.smoke.localservices.ServiceUrls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code stack --compose} with a docker that writes down what it is told, and answers as a file says. */
class ComposeStackTest {
    private static final String DOCKER = """
            #!/bin/sh
            echo "$*" >>calls
            case "$*" in
              'compose version') exit $(cat version) ;;
              'version --format {{.Server.Version}}') [ ! -f daemon ] || { cat daemon >&2; exit 1; } ;;
              *' ps '*) cat ps ;;
              *' up '*) [ ! -f up ] || { cat up; exit 1; }; echo ' Container cryptobot-local-receivers-1  Healthy' >&2 ;;
              *' down '*) [ ! -f down ] || { cat down; exit 1; } ;;
            esac
            """;
    private static final List<String> SERVICES =
            List.of("receivers", "demo-exchange", "demo-bot", "exporter", "prometheus", "alertmanager", "grafana");

    @TempDir
    Path work;

    private Path directory;
    private Path file;
    private String call;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        directory = work.resolve("stack");
        file = directory.resolve("compose/ops/monitoring/docker-compose.yaml");
        call = "compose --project-name=cryptobot-local --file=" + file + " ";
        Path bin = Files.createDirectory(work.resolve("bin"));
        Path docker = Files.writeString(
                bin.resolve("docker"), DOCKER.replace("#!/bin/sh", "#!/bin/sh\nPATH=/usr/bin:/bin; cd " + work));
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
        environment.put("PATH", bin.toString());
        environment.put("CRYPTOBOT_STACK_DIR", directory.toString());
        environment.put(
                "CRYPTOBOT_EXPORTER_JAR",
                jar("exporter.jar", "exporter.yml", "jvm.options", "Dockerfile").toString());
        environment.put(
                "CRYPTOBOT_SMOKE_TOOLS_JAR",
                jar("tools.jar", "docker/Dockerfile").toString());
        answer("version", "0");
        answer("ps", "");
    }

    private Path jar(String name, String... entries) throws IOException {
        Path jar = work.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String entry : entries) {
                out.putNextEntry(new ZipEntry(entry));
                out.write(entry.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private void answer(String file, String text) throws IOException {
        Files.writeString(work.resolve(file), text);
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(environment, List.of("stack"), arguments);
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(work.resolve("calls")).stream()
                .filter(line -> line.startsWith(call))
                .map(line -> line.substring(call.length()))
                .toList();
    }

    private static String container(String service, String state, String health, int port) {
        return "{\"Service\":\"" + service + "\",\"State\":\"" + state + "\",\"Health\":\"" + health
                + "\",\"Publishers\":[{\"URL\":\"127.0.0.1\",\"TargetPort\":1,\"PublishedPort\":" + port + "}]}\n";
    }

    private static String allHealthy() {
        StringBuilder all = new StringBuilder("time=\"…\" level=warning msg=\"a warning between\"\n");
        SERVICES.forEach(service -> all.append(
                container(service, "running", "healthy", service.equals("demo-bot") ? 0 : 9000 + service.length())));
        return all.toString();
    }

    @Test
    void startsFromTheShippedFilesAndEndsItsOwnProjectOnly() throws IOException {
        answer("ps", allHealthy());

        CommandRun up = run("up", "--compose");

        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(up.out())
                .startsWith("√ the stack is up\n√ receivers     running (healthy)    http://127.0.0.1:9009\n")
                .contains("\n√ demo-bot      running (healthy)\n")
                .hasLineCount(1 + SERVICES.size());
        assertThat(up.err()).startsWith(" Container cryptobot-local-receivers-1  Healthy\n");
        assertThat(calls()).containsExactly("up --detach --build --wait --wait-timeout=240", "ps --all --format=json");
        Path monitoring = file.getParent();
        assertThat(monitoring.resolve("exporter/exporter.jar")).hasSameBinaryContentAs(work.resolve("exporter.jar"));
        assertThat(monitoring.resolve("exporter/jvm.options")).hasContent("jvm.options");
        assertThat(monitoring.resolve("cryptobot/cryptobot.jar")).hasSameBinaryContentAs(work.resolve("tools.jar"));
        assertThat(monitoring.resolve("cryptobot/Dockerfile")).hasContent("docker/Dockerfile");
        try (Stream<Path> files = Files.walk(directory.resolve("compose"))) {
            assertThat(files)
                    .as("containers run as other users")
                    .allMatch(each -> rights(each).equals(Files.isDirectory(each) ? "rwxr-xr-x" : "rw-r--r--"));
        }
        assertThat(rights(directory)).isEqualTo("rwx------");

        assertThat(run("status", "--compose").exitCode()).isZero();
        assertThat(run("env", "--compose").out())
                .contains("export COMPOSE_FILE='" + file + "'\n", "export COMPOSE_PROJECT_NAME='cryptobot-local'\n")
                .contains("export CRYPTOBOT_PROMETHEUS_URL='http://127.0.0.1:9090'\n");
        assertThat(run("up", "--compose").exitCode()).as("again").isZero();

        assertThat(run("down", "--compose"))
                .isEqualTo(new CommandRun(
                        0, "√ containers, networks, volumes and images of cryptobot-local are removed\n", ""));
        assertThat(calls()).last().isEqualTo("down --volumes --remove-orphans --rmi=local");
        assertThat(directory.resolve("compose")).doesNotExist();
    }

    private static String rights(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void tellsWhichServiceIsNotWell() throws IOException {
        CommandRun up = run("up", "--compose");
        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.out()).startsWith("× the stack is not complete\n");
        // one line, as before Compose 2.21
        answer(
                "ps",
                "[" + container("receivers", "running", "starting", 9180).strip() + ","
                        + container("prometheus", "exited", "", 0).strip() + "]\n");

        CommandRun status = run("status", "--compose");

        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.out())
                .contains("× receivers     running (starting)   http://127.0.0.1:9180\n")
                .contains("× prometheus    exited\n", "× demo-bot      has no container\n");
    }

    @Test
    void whatDidNotComeUpStaysForALook() throws IOException {
        answer("up", "#1 building\nError: Bind for 127.0.0.1:9090 failed: port is already allocated\n\n");

        CommandRun up = run("up", "--compose");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.err())
                .startsWith("#1 building\n")
                .endsWith(
                        "\nthe stack did not come up: Error: Bind for 127.0.0.1:9090 failed: port is already allocated;"
                                + " look at: docker compose --project-name=cryptobot-local logs; to end what runs: stack down"
                                + " --compose\n");
        assertThat(calls()).hasSize(1);
        answer("down", "cannot\n");
        CommandRun down = run("down", "--compose");
        assertThat(down.exitCode()).isEqualTo(1);
        assertThat(down.err()).endsWith("docker compose down failed: cannot\n");
        assertThat(file).as("for the next try").exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "status", "down"})
    void saysInOneLineWhatIsMissing(String command) throws IOException {
        Files.createDirectories(file.getParent());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(file, "services: {}\n");

        answer("daemon", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n");
        assertFailure(
                run(command, "--compose"),
                "no docker daemon answers: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.; start it,"
                        + " or see DOCKER_HOST and your rights on its socket\n");
        answer("version", "125");
        assertFailure(
                run(command, "--compose"),
                work.resolve("bin/docker") + " has no compose plugin; install it (docker-compose-plugin or"
                        + " docker-compose-v2, 2.17 or newer; the program docker-compose 1 is not supported)\n");
        environment.put("PATH", work.toString());
        assertFailure(
                run(command, "--compose"),
                "docker is not on the path; install Docker with its compose plugin, or leave --compose away: the stack"
                        + " needs no containers\n");
        assertThat(calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CRYPTOBOT_EXPORTER_JAR, /absent.jar, missing: CRYPTOBOT_EXPORTER_JAR=/absent.jar (not a file)",
        "CRYPTOBOT_SMOKE_TOOLS_JAR, /absent.jar, missing: CRYPTOBOT_SMOKE_TOOLS_JAR=/absent.jar (not a file)",
        "CRYPTOBOT_SMOKE_TOOLS_JAR, '', 'missing: the jar of these tools (build it with: mvn -q package -DskipTests, or"
                + " set CRYPTOBOT_SMOKE_TOOLS_JAR)'",
    })
    void saysWhichJarIsMissing(String variable, String value, String message) throws IOException {
        environment.put(variable, value);

        assertFailure(run("up", "--compose"), message + "\n");
        assertThat(calls()).isEmpty();
    }

    @Test
    void jarOfAnotherKindIsRefused() throws IOException {
        environment.put("CRYPTOBOT_EXPORTER_JAR", work.resolve("tools.jar").toString());

        assertFailure(
                run("up", "--compose"),
                work.resolve("tools.jar") + " has no exporter.yml; give the executable jar of this release\n");
        assertThat(calls()).isEmpty();
    }

    private static void assertFailure(CommandRun run, String line) {
        assertThat(run).isEqualTo(new CommandRun(3, "", line));
    }

    @Test
    void withoutAStackThereIsNothingToAskDockerFor() {
        environment.put("PATH", work.toString());

        assertThat(run("down", "--compose")).isEqualTo(new CommandRun(0, "no stack is up\n", ""));
        assertThat(run("status", "--compose"))
                .isEqualTo(new CommandRun(3, "no stack is up; start one with: stack up --compose\n", ""));
        assertFailure(run("env", "--compose"), "no stack is up; start one with: stack up --compose\n");
        assertThat(directory).doesNotExist();
    }

    @Test
    void refusesOptionsOfTheOtherStack() {
        assertThat(run("up", "--compose", "--prometheus-port=1"))
                .isEqualTo(new CommandRun(2, "", "with --compose the ports are those of the compose file\n"));
        assertThat(run("status", "--compose", "--json").exitCode()).isEqualTo(2);
        assertThat(run("up", "--help").out()).contains("--compose");
    }

    /** The compose file cannot ask the code: commands, symbol, ports and addresses in it are held against it here. */
    @Test
    void composeFileCallsCommandsThatThereAre() throws IOException {
        OpsConfigs.unpack(work);
        JsonNode services = new YAMLMapper()
                .readTree(work.resolve("ops/monitoring/docker-compose.yaml").toFile())
                .path("services");
        for (String service : List.of("receivers", "demo-exchange", "demo-bot")) {
            List<String> command = services.path(service)
                    .path("command")
                    .valueStream()
                    .map(JsonNode::asText)
                    .toList();
            assertThat(SmokeTools.commandLine(Map.of())
                            .parseArgs(command.toArray(String[]::new))
                            .subcommand()
                            .errors())
                    .isEmpty();
        }
        assertThat(services.at("/demo-bot/command").toString())
                .contains("\"--symbol=" + RandomWalk.SYMBOL + "\"", "\"--exchange=http://demo-exchange:9181\"");
        ServiceUrls receivers = new ServiceUrls(URI.create("http://receivers:9180"));
        assertThat(services.at("/demo-bot/environment/SENTRY_DSN").asText())
                .isEqualTo(new ServiceUrls(URI.create("http://127.0.0.1:9180")).sentryDsn());
        assertThat(work.resolve("ops/monitoring/alertmanager-local.yml"))
                .content()
                .contains("api_url: " + receivers.slack() + "\n", "pagerduty_url: " + receivers.pagerDuty() + "\n")
                .contains("url: " + receivers.page() + "heartbeat\n");
    }
}
