package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** Requests byte by byte, as no client of the JDK would send them. Stateless. */
final class RawHttp {
    private static final int PATIENCE_MS = 60_000;

    private RawHttp() {}

    /** {@return all that comes until the exporter closes the connection} */
    static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return exchange(socket, request);
        }
    }

    /** {@return all that comes until the exporter closes the connection} */
    static String exchange(Socket socket, String request) throws IOException {
        write(socket, request);
        return readAll(socket);
    }

    static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        } catch (IOException e) {
            // Closed by the exporter: its right.
        }
    }

    static String readAll(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MS);
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(response);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection was not closed after " + response.toString(ISO_8859_1), e);
        } catch (IOException reset) {
            // Closed with something unread; what came before counts.
        }
        return response.toString(ISO_8859_1);
    }
}
