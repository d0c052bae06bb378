package io.cryptobot.smoke.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * An exporter with pages of a test's own, which fails every Nth scrape with a status 503 and can be away for a while. Its scrapes
 * come from one Prometheus, one at a time.
 */
final class ScriptedExporter implements AutoCloseable {
    private final int port;
    private final Supplier<String> page;
    private HttpServer server;
    private volatile int failsEvery;
    private volatile int scrapes;
    private volatile int failed;

    ScriptedExporter(int port, Supplier<String> page) throws IOException {
        this.port = port;
        this.page = page;
        this.server = listen();
    }

    private HttpServer listen() throws IOException {
        HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        listening.createContext("/metrics", exchange -> {
            scrapes++;
            boolean fails = failsEvery > 0 && scrapes % failsEvery == 0;
            failed += fails ? 1 : 0;
            byte[] body = (fails ? "" : page.get()).getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(fails ? 503 : 200, fails ? -1 : body.length);
            if (!fails) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        listening.start();
        return listening;
    }

    /** @param scrapes of so many scrapes the last one fails; 0: none */
    void failEvery(int scrapes) {
        failsEvery = scrapes;
    }

    /** {@return how many scrapes it has failed} */
    int failed() {
        return failed;
    }

    /** From now on connections are refused. */
    void stop() {
        server.stop(0);
    }

    void startAgain() throws IOException {
        server = listen();
    }

    @Override
    public void close() {
        stop();
    }
}
