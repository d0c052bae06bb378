package io.cryptobot.smoke.localservices;

/** One service's side of the wire. Thread-safe. */
interface Endpoint {
    /** {@return the answer to a request; a request that is accepted is recorded before} */
    Answer handle(Request request);

    /** {@return the answer that the real service gives with this error status} */
    Answer fault(int status);
}
