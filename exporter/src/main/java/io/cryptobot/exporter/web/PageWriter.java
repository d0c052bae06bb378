package io.cryptobot.exporter.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/**
 * Sends a page without holding a thread: a client that reads a byte a second costs a connection, not one of the few threads
 * that answer the others. A page that is not taken in time is broken off. Confined to one answer; the container calls it by
 * one thread at a time.
 */
final class PageWriter implements WriteListener {
    private final AsyncContext exchange;
    private final ServletOutputStream output;
    private final byte[] body;
    private boolean handedOver;

    private PageWriter(AsyncContext exchange, ServletOutputStream output, byte[] body) {
        this.exchange = exchange;
        this.output = output;
        this.body = body;
    }

    /** Sends a body, whose length the headers have said, and ends the answer. */
    static void send(HttpServletRequest request, byte[] body, Duration timeout) throws IOException {
        AsyncContext exchange = request.startAsync();
        exchange.setTimeout(timeout.toMillis());
        ServletOutputStream output = exchange.getResponse().getOutputStream();
        output.setWriteListener(new PageWriter(exchange, output, body));
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
        // The client went away, or took too long: nobody is left to be told.
        exchange.complete();
    }
}
