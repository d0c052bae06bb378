package io.cryptobot.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports outside the range that Linux gives to outgoing connections: otherwise a connection of another test could
 * take one before its server starts. Stateless; thread-safe.
 */
public final class FreePorts {
    private static final int FIRST = 20_000;
    /** The first port that Linux gives to outgoing connections. */
    private static final int END = 32_768;

    private static final int ATTEMPTS = 1_000;

    private FreePorts() {}

    /** {@return a port that is free at this moment} */
    public static int choose() {
        return choose(1)[0];
    }

    /** {@return ports that are free at this moment, all different} */
    public static int[] choose(int count) {
        int[] ports = ThreadLocalRandom.current()
                .ints(ATTEMPTS, FIRST, END)
                .distinct()
                .filter(FreePorts::isFree)
                .limit(count)
                .toArray();
        if (ports.length < count) {
            throw new AssertionError("fewer than " + count + " free ports after " + ATTEMPTS + " attempts");
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
