package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code stack up}, {@code status} and {@code down} as a person calls them, with the real programs; each test has its own. */
@OneJdk
@Execution(ExecutionMode.CONCURRENT)
@RealEngines
class BackgroundStackIT {
    private static final List<String> NAMES =
            List.of("receivers", "exchange", "bot", "exporter", "alertmanager", "prometheus");

    @TempDir
    Path work;

    private Path directory;
    private Map<String, String> environment;

    @BeforeEach
    void makeADirectory() {
        directory = work.resolve("stack");
        environment = new HashMap<>(Map.of("CRYPTOBOT_STACK_DIR", directory.toString()));
        environment.put("PATH", System.getenv("PATH"));
    }

    @AfterEach
    void end() {
        run("down");
    }

    @Test
    void staysUpUntilItIsEndedWhateverBecameOfItsParts() throws Exception {
        CommandRun up = up();
        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(up.err())
                .startsWith("starting receivers … exchange … bot … exporter … alertmanager … prometheus …\n");
        JsonNode status = status(0);
        assertThat(status.path("parts"))
                .extracting(part -> part.path("name").asText())
                .containsExactlyElementsOf(NAMES);
        assertThat(status.path("parts"))
                .extracting(part -> part.path("condition").asText())
                .containsOnly("up");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        String env = run("env").out();
        Path runDirectory = Path.of(variable(env, "CRYPTOBOT_RUN_DIR"));
        assertThat(runDirectory).isDirectory();
        assertThat(variable(env, "CRYPTOBOT_PROMETHEUS_URL")).isEqualTo(address(status, "prometheus"));

        CommandRun again = up();
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).startsWith("√ the stack was up already, and stays as it is\n");
        assertThat(status(0)).isEqualTo(status);

        List<ProcessHandle> processes = new ArrayList<>();
        status.path("parts")
                .forEach(part -> processes.add(
                        ProcessHandle.of(part.path("pid").asLong()).orElseThrow()));
        List<ProcessIdentity> identities = new ArrayList<>();
        for (ProcessHandle process : processes) {
            identities.add(ProcessIdentity.of(process.pid()));
        }
        kill(processes.get(NAMES.indexOf("prometheus")));
        kill(processes.get(NAMES.indexOf("bot")));
        assertThat(status(1).path("parts"))
                .extracting(part -> part.path("condition").asText())
                .containsExactly("up", "up", "gone", "up", "up", "gone");
        CommandRun refused = up();
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("only a part of the stack still runs: receivers (pid ")
                .endsWith("; end it with: stack down\n")
                .hasLineCount(1);

        CommandRun down = run("down");
        assertThat(down.exitCode()).isZero();
        assertThat(down.out()).contains("√ prometheus (pid ", " had ended before\n", "√ exporter (pid ", ") ended\n");
        // Not by ProcessHandle.isAlive: to it one that has ended lives until init has reaped it.
        assertThat(identities).noneMatch(process -> process.find().isPresent());
        assertThat(runDirectory).doesNotExist();
        assertNothingIsLeft();
        assertThat(run("down")).isEqualTo(new CommandRun(0, "no stack is up\n", ""));
        assertThat(status(3).path("parts")).isEmpty();
        assertThat(run("status")).isEqualTo(new CommandRun(3, "no stack is up; start one with: stack up\n", ""));
    }

    @Test
    void endsWhatItStartedWhereAPartDoesNotComeUp() throws IOException {
        environment.put("CRYPTOBOT_PROMETHEUS", "/bin/false");

        CommandRun up = up();

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.err()).contains("\nprometheus ended with exit code 1; end of its output: ");
        assertNothingIsLeft();
    }

    @Test
    void namesAPortThatIsInUseAndItsOwner() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            CommandRun up = up("--alertmanager-port=" + port);

            assertThat(up.exitCode()).isEqualTo(3);
            assertThat(up.err())
                    .isEqualTo("port " + port + " is in use by java (pid "
                            + ProcessHandle.current().pid()
                            + "); choose another one with --alertmanager-port, 0 for any free one\n");
            assertNothingIsLeft();
        }
    }

    @Test
    void touchesNoProcessThatHasTheIdOfOneOfItsOwn() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            ProcessIdentity identity = ProcessIdentity.of(stranger.pid());
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            URI any = StackAddresses.loopback(1);
            StackFiles files = StackFiles.in(Files.createDirectory(directory.resolve("files")));
            ProcessIdentity earlier = new ProcessIdentity(identity.pid(), identity.started() + "1");
            new StackDirectory(directory)
                    .save(StackState.of(files.runDirectory(), new StackAddresses(any, any, any, any, any, any))
                            .with("bot", earlier));

            assertThat(run("status").out()).startsWith("× bot           has ended");
            assertThat(run("down").out()).isEqualTo("√ bot (pid " + stranger.pid() + ") had ended before\n");

            assertThat(stranger.isAlive()).isTrue();
            assertThat(identity.find()).isPresent();
            assertThat(identity.end()).isTrue();
            assertThat(stranger.waitFor()).isEqualTo(143);
            assertThat(identity.find()).isEmpty();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void refusesADamagedRecordAndADirectoryThatOthersCanWrite() throws IOException {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(directory.resolve("stack.json"), "{\"schema\": ");
        for (String command : List.of("status", "down", "env")) {
            CommandRun run = run(command);
            assertThat(run.exitCode()).as(command).isEqualTo(3);
            assertThat(run.err())
                    .startsWith(directory.resolve("stack.json") + " is damaged; ")
                    .hasLineCount(1);
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(up().err()).startsWith(directory + " must be a directory of yours with rights 700; ");
        assertThat(up().exitCode()).isEqualTo(3);
        Files.delete(directory.resolve("stack.json"));
    }

    @Test
    void refusesPortsThatCannotBe() {
        assertThat(up("--exporter-port=70000"))
                .isEqualTo(new CommandRun(2, "", "a port must be 0 to 65535, was 70000\n"));
        assertThat(up("--exporter-port=7", "--prometheus-port=7"))
                .extracting(CommandRun::exitCode)
                .isEqualTo(2);
    }

    /** The options given stand in place of free ports. */
    private CommandRun up(String... options) {
        List<String> arguments = new ArrayList<>(List.of("stack", "up"));
        arguments.addAll(Arrays.asList(options));
        for (String part : List.of("exporter", "exporter-admin", "prometheus", "alertmanager", "receivers")) {
            if (Arrays.stream(options).noneMatch(option -> option.startsWith("--" + part + "-port="))) {
                arguments.add("--" + part + "-port=0");
            }
        }
        return CommandRun.of(environment, arguments.toArray(String[]::new));
    }

    private CommandRun run(String command) {
        return CommandRun.of(environment, "stack", command);
    }

    private JsonNode status(int exitCode) throws IOException {
        CommandRun run = CommandRun.of(environment, "stack", "status", "--json");
        assertThat(run.exitCode()).as(run.out()).isEqualTo(exitCode);
        return JsonSchemas.assertPublished(run.out());
    }

    private static String variable(String env, String name) {
        return env.lines()
                .filter(line -> line.startsWith("export " + name + "='"))
                .map(line -> line.substring(line.indexOf('\'') + 1, line.length() - 1))
                .findFirst()
                .orElseThrow();
    }

    private static String address(JsonNode status, String name) {
        for (JsonNode part : status.path("parts")) {
            if (part.path("name").asText().equals(name)) {
                return part.path("address").asText();
            }
        }
        throw new AssertionError("no " + name + " in " + status);
    }

    private static void kill(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().join();
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("lock");
        }
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .arguments()
                                .map(arguments -> String.join(" ", arguments).contains(directory.toString()))
                                .orElse(false)))
                .isEmpty();
    }
}
