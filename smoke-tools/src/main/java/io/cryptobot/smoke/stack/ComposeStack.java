package io.cryptobot.smoke.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole chain in containers, by the compose file that {@code ops-configs} ships; Alertmanager there knows the local
 * receivers only. The files lie in the stack's directory, and {@code down} works for as long as they do. Confined to one
 * thread.
 */
public final class ComposeStack {
    /** The name in the compose file. No command here touches containers of another project. */
    public static final String PROJECT = "cryptobot-local";

    private static final String WAIT_SECONDS = "240";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> environment;
    private final StackDirectory place;

    /** @param environment for {@code CRYPTOBOT_STACK_DIR} and {@code PATH}, and docker's own variables */
    public ComposeStack(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        place = StackDirectory.of(environment);
    }

    /**
     * A service of the compose file and its state.
     *
     * @param condition in docker's terms: {@code running (healthy)}, {@code exited}; or that there is none
     * @param address published on this machine; empty for the bot, which has none
     */
    public record Service(String name, String condition, boolean isUp, String address) {}

    /**
     * Lays out the files, builds the images, starts the containers and waits until all are healthy. Failed containers stay for
     * inspection.
     *
     * @param progress gets each line of docker's output
     * @throws CommandFailure when docker or a jar is missing, or docker fails
     */
    public List<Service> up(Consumer<String> progress) throws IOException, InterruptedException {
        DockerCompose compose = compose();
        List<String> missing = new ArrayList<>();
        Path exporterJar = Programs.exporterJar(environment, missing);
        Path toolsJar = Programs.toolsJar(environment, missing);
        if (!missing.isEmpty()) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "missing: " + String.join("; ", missing));
        }
        try (FileLock unused = place.lock()) {
            layOut(exporterJar, toolsJar);
            DockerCompose.Result up =
                    compose.run(progress, "up", "--detach", "--build", "--wait", "--wait-timeout=" + WAIT_SECONDS);
            if (up.exitCode() != 0) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "the stack did not come up: " + up.lastLine() + "; look at: docker compose --project-name="
                                + PROJECT + " logs; to end what runs: stack down --compose");
            }
        }
        return status(compose);
    }

    /** {@return each service of the compose file; empty when no stack was started} */
    public List<Service> status() throws IOException, InterruptedException {
        return isLaidOut() ? status(compose()) : List.of();
    }

    private List<Service> status(DockerCompose compose) throws IOException, InterruptedException {
        DockerCompose.Result ps = compose.run(line -> {}, "ps", "--all", "--format=json");
        if (ps.exitCode() != 0) {
            throw new CommandFailure(ExitCode.FAILED, "docker compose ps failed: " + ps.lastLine());
        }
        Map<String, JsonNode> containers = new HashMap<>();
        for (String line : ps.lines()) {
            containers(line)
                    .forEach(container ->
                            containers.put(container.path("Service").asText(), container));
        }
        List<Service> services = new ArrayList<>();
        new YAMLMapper()
                .readTree(file().toFile())
                .path("services")
                .fieldNames()
                .forEachRemaining(name -> services.add(service(name, containers.get(name))));
        return services;
    }

    /** One container in a line, or all in one as before Compose 2.21; a warning of docker is neither. */
    private static Stream<JsonNode> containers(String line) {
        if (!line.startsWith("{") && !line.startsWith("[")) {
            return Stream.of();
        }
        try {
            JsonNode node = JSON.readTree(line);
            return node.isArray() ? node.valueStream() : Stream.of(node);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(ExitCode.FAILED, "docker compose ps printed what is not JSON: " + line, e);
        }
    }

    private static Service service(String name, @Nullable JsonNode container) {
        if (container == null) {
            return new Service(name, "has no container", false, "");
        }
        String state = container.path("State").asText();
        String health = container.path("Health").asText();
        String address = container
                .path("Publishers")
                .valueStream()
                .filter(port -> port.path("PublishedPort").asInt() > 0)
                .map(port -> "http://" + port.path("URL").asText() + ":"
                        + port.path("PublishedPort").asInt())
                .findFirst()
                .orElse("");
        return new Service(
                name,
                health.isEmpty() ? state : state + " (" + health + ")",
                state.equals("running") && health.equals("healthy"),
                address);
    }

    /**
     * {@return the variables with which the other commands see the chain, and {@code docker compose} the project; empty
     * when no stack was started}
     */
    public Map<String, String> environment() {
        if (!isLaidOut()) {
            return Map.of();
        }
        return new TreeMap<>(Map.of(
                "COMPOSE_FILE", file().toString(),
                "COMPOSE_PROJECT_NAME", PROJECT,
                "CRYPTOBOT_EXPORTER_URL", "http://127.0.0.1:9100",
                "CRYPTOBOT_PROMETHEUS_URL", "http://127.0.0.1:9090",
                "CRYPTOBOT_ALERTMANAGER_URL", "http://127.0.0.1:9093",
                "CRYPTOBOT_RECEIVERS_URL", "http://127.0.0.1:9180"));
    }

    /**
     * Removes the project's containers, networks, volumes and images, and the files.
     *
     * @param progress gets each line of docker's output
     * @return false when no stack was started
     */
    public boolean down(Consumer<String> progress) throws IOException, InterruptedException {
        if (!isLaidOut()) {
            return false;
        }
        DockerCompose compose = compose();
        try (FileLock unused = place.lock()) {
            DockerCompose.Result down = compose.run(progress, "down", "--volumes", "--remove-orphans", "--rmi=local");
            if (down.exitCode() != 0) {
                throw new CommandFailure(ExitCode.FAILED, "docker compose down failed: " + down.lastLine());
            }
            FileTree.delete(directory());
        }
        return true;
    }

    private DockerCompose compose() throws IOException, InterruptedException {
        return DockerCompose.find(environment, PROJECT, file());
    }

    private Path directory() {
        return place.path().resolve("compose");
    }

    private Path file() {
        return directory().resolve("ops/monitoring/docker-compose.yaml");
    }

    private boolean isLaidOut() {
        return Files.exists(file());
    }

    private void layOut(Path exporterJar, Path toolsJar) throws IOException {
        // over what is there, which containers of a stack that runs have mounted
        OpsConfigs.unpack(directory(), OpsConfigs.OnConflict.OVERWRITE);
        Path exporter = Files.createDirectories(file().resolveSibling("exporter"));
        Files.copy(exporterJar, exporter.resolve("exporter.jar"), StandardCopyOption.REPLACE_EXISTING);
        for (String entry : List.of("exporter.yml", "jvm.options", "Dockerfile")) {
            extract(exporterJar, entry, exporter.resolve(entry));
        }
        Path tools = Files.createDirectories(file().resolveSibling("cryptobot"));
        Files.copy(toolsJar, tools.resolve("cryptobot.jar"), StandardCopyOption.REPLACE_EXISTING);
        extract(toolsJar, "docker/Dockerfile", tools.resolve("Dockerfile"));
        openToContainers();
    }

    private static void extract(Path jar, String name, Path target) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            JarEntry entry = file.getJarEntry(name);
            if (entry == null) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION, jar + " has no " + name + "; give the executable jar of this release");
            }
            try (InputStream content = file.getInputStream(entry)) {
                Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Whatever the umask: containers run as other users. No secret is among the files. */
    private void openToContainers() throws IOException {
        try (Stream<Path> files = Files.walk(directory())) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
