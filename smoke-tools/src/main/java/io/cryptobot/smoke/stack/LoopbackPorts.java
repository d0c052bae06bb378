package io.cryptobot.smoke.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The loopback ports of this machine: which are free, and which process listens on one. Stateless; thread-safe. */
final class LoopbackPorts {
    private static final int FIRST = 20_000;
    /** The first port that Linux gives to outgoing connections. */
    private static final int END = 32_768;

    private static final int ATTEMPTS = 1_000;
    private static final String LISTENING = "0A";

    private LoopbackPorts() {}

    /** {@return whether a program could listen on this port now} */
    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * {@return so many ports, all different and free at this moment} They are below the ports of outgoing connections, so that
     * programs which start at the same time and connect to each other do not take them.
     */
    static int[] free(int count) throws IOException {
        int[] ports = ThreadLocalRandom.current()
                .ints(ATTEMPTS, FIRST, END)
                .distinct()
                .filter(LoopbackPorts::isFree)
                .limit(count)
                .toArray();
        if (ports.length < count) {
            throw new IOException("no free port after " + ATTEMPTS + " attempts");
        }
        return ports;
    }

    /** {@return name and process id of who listens on a port; empty but on Linux, and for other users' but as root} */
    static Optional<String> owner(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            sockets.addAll(listeners(Path.of(table), port));
        }
        return sockets.isEmpty()
                ? Optional.empty()
                : ProcessHandle.allProcesses()
                        .filter(process -> hasOneOf(process.pid(), sockets))
                        .findFirst()
                        .map(process -> name(process.pid()) + " (pid " + process.pid() + ")");
    }

    private static Set<String> listeners(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        Set<String> sockets = new HashSet<>();
        try {
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTENING)) {
                    sockets.add("socket:[" + fields[9] + "]");
                }
            }
        } catch (IOException e) {
            // no such table: not Linux, or no IPv6
        }
        return sockets;
    }

    private static boolean hasOneOf(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file)
                        && sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // has ended, or is another user's
        }
        return false;
    }

    private static String name(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "comm"))
                    .strip();
        } catch (IOException e) {
            return "a process";
        }
    }
}
