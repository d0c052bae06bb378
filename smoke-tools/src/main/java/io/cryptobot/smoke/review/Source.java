package io.cryptobot.smoke.review;

import java.io.IOException;

/** A service that a review asks. The message of a failed request begins with its name, since there are several. */
enum Source {
    PROMETHEUS("Prometheus"),
    ALERTMANAGER("Alertmanager");

    private final String title;

    Source(String title) {
        this.title = title;
    }

    /** A request to the service. */
    interface Request<T> {
        T send() throws IOException, InterruptedException;
    }

    <T> T ask(Request<T> request) throws IOException, InterruptedException {
        try {
            return request.send();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    IOException failure(IOException cause) {
        return new IOException(title + ": " + cause.getMessage(), cause);
    }
}
