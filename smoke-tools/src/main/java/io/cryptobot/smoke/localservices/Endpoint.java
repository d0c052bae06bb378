package io.cryptobot.smoke.localservices;

/** The HTTP handler of one simulated service. Thread-safe. */
interface Endpoint {
    /** {@return the answer to a request; an accepted request is recorded before the answer} */
    Answer handle(Request request);

    /** {@return the answer that the real service gives with this error status} */
    Answer fault(int status);
}
