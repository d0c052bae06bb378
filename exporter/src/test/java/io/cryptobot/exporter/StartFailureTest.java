package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Test;

class StartFailureTest {
    @Test
    void aHostNameWithoutAnAddressIsNotAPortInUse() {
        IOException failure =
                new IOException("Failed to bind to nohost.invalid/<unresolved>:9100", new UnresolvedAddressException());
        assertThat(StartFailure.of(failure))
                .isEqualTo(new StartFailure(
                        "cannot listen: no address is known for the host name in CRYPTOBOT_EXPORTER_HOST or a bindHost",
                        StartFailure.CONFIGURATION));
    }

    @Test
    void whatNobodyForesawIsNamedAndIsNotTheConfiguration() {
        assertThat(StartFailure.of(new IllegalStateException("odd")))
                .isEqualTo(new StartFailure("cannot start: java.lang.IllegalStateException: odd", StartFailure.OTHER));
    }
}
