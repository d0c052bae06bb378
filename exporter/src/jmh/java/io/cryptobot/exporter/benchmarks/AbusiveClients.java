package io.cryptobot.exporter.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Other clients that use the exporter at the same time, and what they do. */
public enum AbusiveClients {
    /** No other client. */
    ALONE {
        @Override
        AutoCloseable start(int port) {
            return () -> {};
        }
    },
    /** Sixteen clients that request the exposition and read one byte a second. */
    SLOW_READERS {
        @Override
        AutoCloseable start(int port) throws IOException {
            return new Sockets(port, 16, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        }
    },
    /** A thousand clients that never finish their request. */
    THOUSAND_CONNECTIONS {
        @Override
        AutoCloseable start(int port) throws IOException {
            return new Sockets(port, 1000, "GET /metrics HTTP/1.1\r\n");
        }
    },
    /** Debian's {@code wrk} with 16 connections, as fast as it can. */
    WRK {
        @Override
        AutoCloseable start(int port) throws IOException {
            Process wrk = new ProcessBuilder("wrk", "-t1", "-c16", "-d600", "http://127.0.0.1:" + port + "/metrics")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return wrk::destroy;
        }
    };

    abstract AutoCloseable start(int port) throws IOException;

    /** Connections that are opened again when the exporter has closed them. */
    private static final class Sockets implements AutoCloseable {
        private final int port;
        private final String request;
        private final List<Socket> open = new ArrayList<>();
        private final Thread thread = new Thread(this::misbehave, "abusive-clients");
        private volatile boolean ended;

        Sockets(int port, int count, String request) throws IOException {
            this.port = port;
            this.request = request;
            for (int socket = 0; socket < count; socket++) {
                open.add(connect());
            }
            thread.setDaemon(true);
            thread.start();
        }

        private Socket connect() throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setReceiveBufferSize(1024);
            socket.setSoTimeout(1);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return socket;
        }

        private void misbehave() {
            while (!ended) {
                LockSupport.parkNanos(1_000_000_000);
                for (int index = 0; index < open.size() && !ended; index++) {
                    open.set(index, readAByte(open.get(index)));
                }
            }
        }

        private Socket readAByte(Socket socket) {
            try {
                if (socket.getInputStream().read() >= 0) {
                    return socket;
                }
            } catch (java.net.SocketTimeoutException e) {
                return socket;
            } catch (IOException e) {
                // closed by the exporter
            }
            try {
                socket.close();
                return connect();
            } catch (IOException e) {
                return socket;
            }
        }

        @Override
        public void close() throws Exception {
            ended = true;
            thread.join();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
