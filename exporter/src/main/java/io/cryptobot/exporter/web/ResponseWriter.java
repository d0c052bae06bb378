package io.cryptobot.exporter.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/**
 * Sends a response without blocking a thread: a slow client uses a connection, but none of the few threads. A response
 * that is not read in time is aborted. Used for one response; the container calls it by one thread at a time.
 */
final class ResponseWriter implements WriteListener {
    private final AsyncContext exchange;
    private final ServletOutputStream output;
    private final byte[] body;
    private boolean handedOver;

    private ResponseWriter(AsyncContext exchange, ServletOutputStream output, byte[] body) {
        this.exchange = exchange;
        this.output = output;
        this.body = body;
    }

    /** Sends a body and ends the response. The headers must already contain the length. */
    static void send(HttpServletRequest request, byte[] body, Duration timeout) throws IOException {
        AsyncContext exchange = request.startAsync();
        exchange.setTimeout(timeout.toMillis());
        ServletOutputStream output = exchange.getResponse().getOutputStream();
        output.setWriteListener(new ResponseWriter(exchange, output, body));
    }

    @Override
    public void onWritePossible() throws IOException {
        if (!handedOver) {
            handedOver = true;
            output.write(body);
        }
        if (output.isReady()) {
            exchange.complete();
        }
    }

    @Override
    public void onError(Throwable gone) {
        // the client closed the connection or was too slow: nothing to do
        exchange.complete();
    }
}
