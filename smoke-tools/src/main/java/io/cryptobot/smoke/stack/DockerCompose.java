package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The program {@code docker} with its compose plugin, for one project only. Immutable; each call waits for the program's end.
 *
 * @param docker the program
 * @param environment of the program, usually that of the shell: it selects the daemon
 * @param project name of the project
 * @param file the compose file
 */
record DockerCompose(Path docker, Map<String, String> environment, String project, Path file) {
    /** The result of a call. Output and errors are one list of lines. */
    record Result(int exitCode, List<String> lines) {
        /** {@return the last line of docker, which has the cause of a failure} */
        String lastLine() {
            return lines.stream()
                    .filter(line -> !line.isBlank())
                    .reduce((first, last) -> last)
                    .map(String::strip)
                    .orElse("exit code " + exitCode);
        }
    }

    /**
     * Finds docker on the path.
     *
     * @throws CommandFailure when docker, its compose plugin or its daemon is missing, in this order; with what to do
     */
    static DockerCompose find(Map<String, String> environment, String project, Path file)
            throws IOException, InterruptedException {
        Path docker = Programs.onPath(environment, List.of("docker"))
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIGURATION,
                        "docker is not on the path; install Docker with its compose plugin, or leave --compose away: the"
                                + " stack needs no containers"));
        DockerCompose compose = new DockerCompose(docker, environment, project, file);
        if (compose.call(List.of("compose", "version"), line -> {}).exitCode != 0) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    docker + " has no compose plugin; install it (docker-compose-plugin or docker-compose-v2, 2.17 or"
                            + " newer; the program docker-compose 1 is not supported)");
        }
        Result server = compose.call(List.of("version", "--format", "{{.Server.Version}}"), line -> {});
        if (server.exitCode != 0) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "no docker daemon answers: " + server.lastLine()
                            + "; start it, or see DOCKER_HOST and your rights on its socket");
        }
        return compose;
    }

    /** Runs {@code docker compose} with these arguments on the project. */
    Result run(Consumer<String> progress, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("compose", "--project-name=" + project, "--file=" + file));
        all.addAll(List.of(arguments));
        return call(all, progress);
    }

    private Result call(List<String> arguments, Consumer<String> progress) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(docker.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                progress.accept(line);
            }
        }
        return new Result(process.waitFor(), lines);
    }
}
