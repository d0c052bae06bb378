package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The launcher {@code cryptobot demo} as a child process, and what it had while it ran: its processes, directories and
 * ports. {@link #close} ends all of it, whatever the demo itself did.
 */
final class RunningDemo implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path LAUNCHER = Path.of("bin", "cryptobot").toAbsolutePath();
    private static final Pattern DIRECTORY =
            Pattern.compile("(?:CRYPTOBOT_RUN_DIR=|CRYPTOBOT_HOME=)([^\\x00]*cryptobot-stack-[0-9]+)");
    private static final Pattern ADDRESS = Pattern.compile("√ .*http://127\\.0\\.0\\.1:([0-9]+)");

    private final ChildProcess process;
    private final Path errors;
    private final Set<ProcessHandle> children = ConcurrentHashMap.newKeySet();
    private final Set<Path> directories = ConcurrentHashMap.newKeySet();
    private final Thread observer = new Thread(this::observe, "demo-observer");

    /** @param work for the demo's standard error */
    RunningDemo(Path work, Map<String, String> environment, String... options) {
        errors = work.resolve("err");
        process = ChildProcess.program(LAUNCHER, "demo")
                .arguments((Object[]) options)
                .directory(work)
                .withoutEnvironment("CRYPTOBOT_HOME", "CRYPTOBOT_RUN_DIR", "CRYPTOBOT_INSTANCE", "SENTRY_*")
                .environment(environment)
                .errors(errors)
                .start();
        observer.start();
    }

    private void observe() {
        while (process.isAlive()) {
            process.process().descendants().filter(ProcessHandle::isAlive).forEach(child -> {
                if (children.add(child) | directories.isEmpty()) {
                    addDirectories(child);
                }
            });
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** The run directory is not printed, but the bot and the exporter are told it. */
    private void addDirectories(ProcessHandle child) {
        try {
            String environment = Files.readString(
                    Path.of("/proc", Long.toString(child.pid()), "environ"), StandardCharsets.ISO_8859_1);
            DIRECTORY.matcher(environment).results().forEach(found -> directories.add(Path.of(found.group(1))));
        } catch (IOException e) {
            // it has ended meanwhile
        }
    }

    String output() {
        return process.output();
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    /** Waits until the text stands on standard output. */
    void awaitOutput(String text) {
        await("'" + text + "' is printed", () -> output().contains(text));
    }

    /** Waits until the text stands on standard error. */
    void awaitProgress(String text) {
        await("'" + text + "' is printed", () -> errors().contains(text));
    }

    /** Waits until a child was seen that knows its directories. */
    void awaitChild() {
        await("a child that knows its directories", () -> directories.size() >= 2);
    }

    private void await(String what, Await.Condition condition) {
        Await.within(PATIENCE)
                .failingWhen(() -> !process.isAlive())
                .showing(() -> output() + "\n" + errors())
                .until(what, condition);
    }

    /** Asks it to end, as {@code kill} without an option does. */
    void terminate() {
        process.terminate();
    }

    /** Ends it as a crash would. */
    void kill() {
        process.kill();
    }

    /** Waits until its children have ended, as they do by themselves. */
    void assertNoProcessIsLeft() {
        assertThat(children).as("processes").hasSizeGreaterThanOrEqualTo(4);
        Await.within(PATIENCE)
                .showing(() -> children)
                .until("no process is left", () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** {@return the exit code} */
    int awaitEnd() throws InterruptedException {
        int exitCode = process.awaitExit(PATIENCE);
        observer.join(10_000);
        return exitCode;
    }

    /** {@return the programs that it runs at this moment, itself not counted} */
    List<String> programs() {
        return process.process()
                .descendants()
                .map(child -> child.info().command().orElse("(ended)"))
                .map(command -> String.valueOf(Path.of(command).getFileName()))
                .toList();
    }

    /** {@return directories of a stack that its children were told} */
    Set<Path> directories() {
        return directories;
    }

    /** {@return ports that it printed} */
    List<Integer> ports() {
        return ADDRESS.matcher(output())
                .results()
                .map((MatchResult found) -> Integer.valueOf(found.group(1)))
                .toList();
    }

    /** Fails for each process, port and directory that it has left. */
    void assertNothingIsLeft() {
        assertThat(children).as("processes").isNotEmpty().noneMatch(ProcessHandle::isAlive);
        assertThat(ports()).as("ports").noneMatch(RunningDemo::isOpen);
        assertThat(directories)
                .as("directories")
                .hasSize(2)
                .anyMatch(directory -> directory.startsWith("/dev/shm"))
                .noneMatch(Files::exists);
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.terminate();
        process.process().waitFor(15, TimeUnit.SECONDS);
        process.close();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
