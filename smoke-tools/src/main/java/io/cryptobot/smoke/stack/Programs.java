package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs that a local stack runs. Immutable.
 *
 * @param prometheus Prometheus 2.42 or newer
 * @param alertmanager Alertmanager 0.25 or newer
 * @param exporterJar the executable jar of the exporter
 * @param java the java that runs this process
 */
public record Programs(Path prometheus, Path alertmanager, Path exporterJar, Path java) {
    /**
     * Finds them: by {@code CRYPTOBOT_PROMETHEUS}, {@code CRYPTOBOT_ALERTMANAGER} and {@code CRYPTOBOT_EXPORTER_JAR},
     * else on the path, the exporter beside this tool's build.
     *
     * @throws CommandFailure that names every missing one and how to point to it
     */
    public static Programs find(Map<String, String> environment) {
        List<String> missing = new ArrayList<>();
        Path prometheus = program(environment, missing, "CRYPTOBOT_PROMETHEUS", "prometheus", "prometheus");
        Path alertmanager =
                program(environment, missing, "CRYPTOBOT_ALERTMANAGER", "prometheus-alertmanager", "alertmanager");
        Path exporterJar = exporterJar(environment, missing);
        if (!missing.isEmpty()) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "missing: " + String.join("; ", missing));
        }
        return new Programs(
                prometheus, alertmanager, exporterJar, Path.of(System.getProperty("java.home", ""), "bin", "java"));
    }

    private static Path program(
            Map<String, String> environment, List<String> missing, String variable, String name, String otherName) {
        String configured = environment.getOrDefault(variable, "").strip();
        if (!configured.isEmpty()) {
            Path program = Path.of(configured);
            if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
                missing.add(variable + "=" + configured + " (not an executable file)");
            }
            return program;
        }
        Optional<Path> found = onPath(environment, List.of(name, otherName));
        if (found.isPresent()) {
            return found.get();
        }
        missing.add(name + " (Debian: apt-get install " + name + "; elsewhere set " + variable + " to the program)");
        return Path.of("");
    }

    /** {@return the first program of one of these names on the path} */
    public static Optional<Path> onPath(Map<String, String> environment, List<String> names) {
        for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            for (String each : names) {
                Path program = Path.of(directory).resolve(each);
                if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                    return Optional.of(program);
                }
            }
        }
        return Optional.empty();
    }

    /** {@return the executable jar of the exporter; a missing one is added to the list} */
    static Path exporterJar(Map<String, String> environment, List<String> missing) {
        return jar(
                environment,
                missing,
                "CRYPTOBOT_EXPORTER_JAR",
                "the exporter's jar",
                own().map(Path::getParent).flatMap(Programs::exporterBesideBuild));
    }

    /** {@return the executable jar of these tools, usually the running one; a missing one is added to the list} */
    static Path toolsJar(Map<String, String> environment, List<String> missing) {
        return jar(
                environment,
                missing,
                "CRYPTOBOT_SMOKE_TOOLS_JAR",
                "the jar of these tools",
                own().filter(Files::isRegularFile));
    }

    private static Path jar(
            Map<String, String> environment, List<String> missing, String variable, String name, Optional<Path> built) {
        String configured = environment.getOrDefault(variable, "").strip();
        Optional<Path> jar =
                configured.isEmpty() ? built : Optional.of(Path.of(configured)).filter(Files::isRegularFile);
        if (jar.isEmpty()) {
            missing.add(
                    configured.isEmpty()
                            ? name + " (build it with: mvn -q package -DskipTests, or set " + variable + ")"
                            : variable + "=" + configured + " (not a file)");
        }
        return jar.orElse(Path.of(""));
    }

    /** From smoke-tools/target, where the jar or the classes of this tool are, to exporter/target. */
    private static Optional<Path> exporterBesideBuild(Path target) {
        Path built = target.resolveSibling("../exporter/target").normalize();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(built, "exporter-*-all.jar")) {
            List<Path> found = new ArrayList<>();
            jars.forEach(found::add);
            if (found.size() > 1) {
                throw new CommandFailure(
                        ExitCode.CONFIGURATION,
                        built + " has more than one exporter; build again with mvn clean package");
            }
            return found.stream().findFirst();
        } catch (IOException e) {
            // not built, or not run from a build
        }
        return Optional.empty();
    }

    /** The jar or the directory of classes that this class was loaded from. */
    private static Optional<Path> own() {
        try {
            return Optional.of(Path.of(Programs.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        } catch (java.net.URISyntaxException e) {
            return Optional.empty();
        }
    }
}
