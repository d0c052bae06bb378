package io.cryptobot.smoke.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports, out of those that no outgoing connection gets: programs that start at a time and connect to each other
 * would now and then take one from another. Stateless; thread-safe.
 */
final class FreePorts {
    private static final int FIRST = 20_000;
    /** Where Linux begins to give ports to outgoing connections. */
    private static final int END = 32_768;

    private static final int ATTEMPTS = 1_000;

    private FreePorts() {}

    /** Free at this moment, all different; taken by another program meanwhile, the start fails and says so. */
    static int[] choose(int count) throws IOException {
        int[] ports = ThreadLocalRandom.current()
                .ints(ATTEMPTS, FIRST, END)
                .distinct()
                .filter(FreePorts::isFree)
                .limit(count)
                .toArray();
        if (ports.length < count) {
            throw new IOException("no free port after " + ATTEMPTS + " attempts");
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
