package io.cryptobot.smoke.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
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
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int attempt = 0; attempt < ATTEMPTS && sockets.size() < count; attempt++) {
                int port = ThreadLocalRandom.current().nextInt(FIRST, END);
                try {
                    sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (IOException e) {
                    // in use; the next one
                }
            }
            if (sockets.size() < count) {
                throw new IOException("no free port after " + ATTEMPTS + " attempts");
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
