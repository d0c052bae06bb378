package io.cryptobot.telemetry.counters;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Command lines of processes that tests start, kill and let fail. */
final class ChildJvm {
    /** What makes a JVM start fast, which is most of the time of a test that kills hundreds of them. */
    private static final List<String> FAST_START =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData", "-Xmx64m");

    private ChildJvm() {}

    /** {@return a bot without a logging back end} */
    static List<String> fast(Class<?> main, Object... arguments) {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> options = new ArrayList<>(FAST_START);
        options.add("-Dslf4j.internal.verbosity=ERROR");
        return command(options, classPath, main, arguments);
    }

    /** {@return a bot as it runs in earnest: logging, all compilers} */
    static List<String> ordinary(Class<?> main, Object... arguments) {
        return command(
                List.of("-Xmx128m", "-XX:-UsePerfData", "-XX:-CreateCoredumpOnCrash"),
                System.getProperty("java.class.path"),
                main,
                arguments);
    }

    private static List<String> command(List<String> options, String classPath, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }
}
