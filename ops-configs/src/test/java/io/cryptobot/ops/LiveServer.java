package io.cryptobot.ops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A real Prometheus or Alertmanager on a loopback port, ended by {@link #close}. */
final class LiveServer implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final long TIMEOUT_SECONDS = 30;

    private final Process process;
    private final Path log;
    private final int port;

    private LiveServer(List<String> command, Path directory, int port) throws IOException {
        Files.createDirectories(directory);
        this.log = directory.resolve("log");
        this.port = port;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Starts one on the port, without waiting for it. */
    static LiveServer prometheus(Path config, Path directory, int port) throws IOException {
        return new LiveServer(
                List.of(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--web.external-url=http://127.0.0.1:" + port,
                        "--web.enable-lifecycle",
                        "--rules.alert.resend-delay=1s"),
                directory,
                port);
    }

    /** Starts one on the port, without waiting for it. */
    static LiveServer alertmanager(Path config, Path directory, int port, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "prometheus-alertmanager",
                "--config.file=" + config,
                "--storage.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.external-url=http://127.0.0.1:" + port));
        command.addAll(List.of(flags));
        return new LiveServer(command, directory, port);
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    void awaitReady() {
        await("ready: " + log, () -> {
            try {
                return CLIENT.send(
                                        HttpRequest.newBuilder(URI.create(address() + "/-/ready"))
                                                .build(),
                                        BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    String get(String path) {
        return send(HttpRequest.newBuilder(URI.create(address() + path)).build());
    }

    String post(String path, String json) {
        return send(HttpRequest.newBuilder(URI.create(address() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private static String send(HttpRequest request) {
        try {
            var response = CLIENT.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(request + ": " + response.statusCode() + " " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new AssertionError(request.toString(), e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As a power failure would. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** Looks again and again until it is so. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not after " + TIMEOUT_SECONDS + " s: " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Free ports at this moment, all different, out of those that Linux gives to no outgoing connection. */
    static int[] freePorts(int count) {
        int[] ports = ThreadLocalRandom.current()
                .ints(1_000, 20_000, 32_768)
                .distinct()
                .filter(LiveServer::isFree)
                .limit(count)
                .toArray();
        if (ports.length < count) {
            throw new AssertionError("no " + count + " free ports");
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
