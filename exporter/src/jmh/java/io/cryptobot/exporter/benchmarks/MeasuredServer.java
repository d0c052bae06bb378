package io.cryptobot.exporter.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An exporter in a process of its own, with what it needs beside it, as Prometheus sees it. Confined to a thread. */
final class MeasuredServer implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("(?:^|application )port (\\d+)");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    /** The small heap and collector of the exporter's own jvm.options, for all: a peer is not to look large by its heap. */
    private static final List<String> SMALL = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData");

    private static final int PATIENCE_MS = 20_000;

    private final Path directory;
    private final Deque<Process> processes = new ArrayDeque<>();
    private URL page;

    private MeasuredServer(Path directory) {
        this.directory = directory;
    }

    /**
     * {@return a running exporter that has not been scraped}
     *
     * @param library {@code cryptobot}, {@code simpleclient} or {@code jmx_exporter}
     * @param bots how many times {@value Fleet#SERIES} series
     */
    static MeasuredServer start(String library, int bots) throws IOException {
        MeasuredServer scraped = prepare(library, bots);
        scraped.startServer(library, bots);
        return scraped;
    }

    /** {@return everything but the exporter itself} */
    static MeasuredServer prepare(String library, int bots) throws IOException {
        MeasuredServer scraped = new MeasuredServer(Files.createTempDirectory("cryptobot-bench-"));
        try {
            if (library.equals("cryptobot")) {
                Fleet.write(scraped.directory.resolve("run"), bots);
                scraped.install();
            } else if (library.equals("jmx_exporter")) {
                int port = scraped.portOf(scraped.run(peer(MBeanBot.class, bots)));
                Files.writeString(
                        scraped.directory.resolve("jmx.yml"),
                        "hostPort: 127.0.0.1:" + port + "\nrules: [{pattern: '.*'}]\n");
            }
            return scraped;
        } catch (IOException | RuntimeException e) {
            scraped.close();
            throw e;
        }
    }

    /** As the unit does it: the options and an archive beside the jar. */
    private void install() throws IOException {
        Files.copy(jar(Path.of("exporter/target"), "exporter-*-all.jar"), directory.resolve("exporter.jar"));
        Files.copy(Path.of("exporter/src/main/config/jvm.options"), directory.resolve("jvm.options"));
        Process rehearsal = run(List.of(
                JAVA, "@jvm.options", "-XX:ArchiveClassesAtExit=exporter.jsa", "-jar", "exporter.jar", "rehearse"));
        try (BufferedReader output = rehearsal.inputReader()) {
            output.lines().forEach(line -> {});
        }
    }

    void startServer(String library, int bots) throws IOException {
        if (library.equals("jmx_exporter")) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            List<String> command = new ArrayList<>(List.of(JAVA));
            command.addAll(SMALL);
            command.addAll(List.of("-jar", onClassPath("jmx_prometheus_httpserver"), "127.0.0.1:" + port, "jmx.yml"));
            run(command);
            page = page(port);
        } else {
            page = page(portOf(run(
                    library.equals("cryptobot")
                            ? List.of(
                                    JAVA,
                                    "@jvm.options",
                                    "-XX:SharedArchiveFile=exporter.jsa",
                                    "-jar",
                                    "exporter.jar",
                                    "server")
                            : peer(SimpleclientServer.class, bots))));
        }
        awaitAnswer();
    }

    private static List<String> peer(Class<?> main, int bots) {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(SMALL);
        command.addAll(List.of("-cp", String.join(":", classPath()), main.getName(), "" + bots * Fleet.SERIES));
        return command;
    }

    private Process run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(directory.resolve("errors").toFile());
        builder.environment().put("CRYPTOBOT_RUN_DIR", directory.resolve("run").toString());
        builder.environment().put("CRYPTOBOT_EXPORTER_HOST", "127.0.0.1");
        builder.environment().put("CRYPTOBOT_EXPORTER_PORT", "0");
        builder.environment().put("CRYPTOBOT_EXPORTER_ADMIN_PORT", "0");
        builder.environment().remove("SENTRY_DSN");
        Process process = builder.start();
        processes.push(process);
        return process;
    }

    private int portOf(Process process) throws IOException {
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return Integer.parseInt(port.group(1));
            }
        }
        throw new IllegalStateException(
                "a process ended without a port: " + Files.readString(directory.resolve("errors")));
    }

    private static URL page(int port) throws IOException {
        return URI.create("http://127.0.0.1:" + port + "/metrics").toURL();
    }

    private void awaitAnswer() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                scrape();
                return;
            } catch (ConnectException e) {
                if (System.nanoTime() > deadline || !processes.peek().isAlive()) {
                    throw new IOException("no answer: " + Files.readString(directory.resolve("errors")), e);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** {@return how many bytes came} Asks as Prometheus does, on a connection that stays open. */
    int scrape() throws IOException {
        HttpURLConnection connection = (HttpURLConnection) page.openConnection();
        connection.setRequestProperty("Accept", "text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        connection.setRequestProperty("Accept-Encoding", "gzip");
        connection.setReadTimeout(PATIENCE_MS); // an exporter that others have stopped is a failure, not a long wait
        try (var body = connection.getInputStream()) {
            return body.readAllBytes().length;
        }
    }

    int port() {
        return page.getPort();
    }

    /** {@return the memory of the exporter's process that is in RAM, in MiB; 0 where the system does not tell} */
    double residentMiB() throws IOException {
        try (Stream<String> lines =
                Files.lines(Path.of("/proc", "" + processes.peek().pid(), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1024.0)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Ends the exporter and keeps what it needs. */
    void stopServer() {
        end(processes.pop());
    }

    private static void end(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path jar(Path directory, String glob) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, glob)) {
            return jars.iterator().next();
        }
    }

    /** Absolute, since the processes run elsewhere; without logback, by which a plain Jetty would tell every detail. */
    private static List<String> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(entry -> !entry.contains("logback"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .toList();
    }

    private static String onClassPath(String name) {
        return classPath().stream()
                .filter(entry -> entry.contains(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        processes.forEach(MeasuredServer::end);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
