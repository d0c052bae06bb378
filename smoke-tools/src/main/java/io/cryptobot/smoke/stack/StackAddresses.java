package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.ChainAddresses;
import java.net.URI;

/** Where the parts of a local stack answer; without a path. Immutable. */
record StackAddresses(URI exporter, URI exporterAdmin, URI prometheus, URI alertmanager, URI receivers, URI exchange) {
    static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** {@return what an alert passes} */
    ChainAddresses chain() {
        return new ChainAddresses(exporter, prometheus, alertmanager, receivers);
    }
}
