package io.cryptobot.trading.xchange;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.knowm.xchange.ExchangeFactory;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.binance.BinanceAdapters;
import org.knowm.xchange.binance.BinanceExchange;

/**
 * A stub of Binance for one order, on a loopback port. It reads each request completely. Then it sends the configured
 * text, closes the connection, or does not answer until it is closed.
 */
final class StubBinance implements AutoCloseable {
    /** No answer. */
    static final String SILENCE = "silence";

    private final ServerSocket server;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Function<Request, Optional<String>> answers;

    /** @param answers the text after the status, e.g. {@code 200 {}}; empty to close the connection */
    StubBinance(Function<Request, Optional<String>> answers) throws IOException {
        this.answers = answers;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    /** The requests that have arrived. */
    record Request(String method, String path, String body) {
        boolean isOrder() {
            return method.equals("POST") && path.equals("/api/v3/order");
        }
    }

    /** {@return XChange's own Binance exchange, connected to this stub} */
    static BinanceExchange exchange(String uri, int readTimeoutMs) {
        ExchangeSpecification specification = new ExchangeSpecification(BinanceExchange.class);
        specification.setShouldLoadRemoteMetaData(false);
        specification.setSslUri(uri);
        specification.setApiKey("key");
        specification.setSecretKey("secret");
        specification.setHttpReadTimeout(readTimeoutMs);
        BinanceAdapters.putSymbolMapping("XRPETH", FakeXChange.XRP_ETH);
        return (BinanceExchange) ExchangeFactory.INSTANCE.createExchange(specification);
    }

    String uri() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** {@return the orders that have arrived} */
    List<Request> orders() {
        return requests.stream().filter(Request::isOrder).toList();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                daemon(() -> serve(connection));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket connection) {
        try (InputStream in = new BufferedInputStream(connection.getInputStream())) {
            Request request = read(in);
            requests.add(request);
            Optional<String> answer = request.path().equals("/api/v3/time")
                    ? Optional.of("200 {\"serverTime\":" + System.currentTimeMillis() + "}")
                    : answers.apply(request);
            if (answer.isEmpty()) {
                connection.close();
            } else if (!answer.get().equals(SILENCE)) {
                String body = answer.get().substring(4);
                String head = "HTTP/1.1 " + answer.get().substring(0, 3)
                        + " Told\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n";
                connection.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
                connection.getOutputStream().flush();
                connection.close();
            } else {
                var unused = in.read(); // until the client or the test ends it
            }
        } catch (IOException | UncheckedIOException e) {
            // the client has gone
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] start = line(in).split(" ");
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
        return new Request(start[0], start[1].replaceAll("\\?.*", ""), body);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int letter = in.read(); letter != '\n'; letter = in.read()) {
            if (letter < 0) {
                throw new IOException("end within the head");
            }
            line.append((char) letter);
        }
        return line.toString().strip();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "stub-binance");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket each : connections) {
            each.close();
        }
    }
}
