package io.cryptobot.ops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;

/** An Alertmanager that was started with {@code --config.file=DIR/current/ops/alertmanager/alertmanager.yml}. */
record RunningAlertmanager(HttpEndpoint endpoint) implements RunningServer {

    private static final String FILE = "ops/alertmanager/alertmanager.yml";

    @Override
    public void reload() throws IOException, InstallException {
        endpoint.reload();
    }

    @Override
    public String verify(FileTree live) throws IOException, InstallException {
        if (endpoint.metric("alertmanager_config_last_reload_successful").orElse(0) != 1) {
            throw new InstallException(ExitCode.FAILED, endpoint + ": has rejected its configuration");
        }
        double expected = hash(live.bytes(FILE));
        if (endpoint.metric("alertmanager_config_hash").orElse(-1) != expected) {
            throw new InstallException(
                    ExitCode.FAILED, endpoint + ": runs another configuration than " + FILE + " of this release");
        }
        return String.format(Locale.ROOT, "config-hash=%.0f", expected);
    }

    /** Computed like in Alertmanager: as many bytes of the MD5 sum as a double can hold exactly. */
    static double hash(byte[] configuration) {
        try {
            byte[] sum = MessageDigest.getInstance("MD5").digest(configuration);
            return ByteBuffer.wrap(Arrays.copyOf(Arrays.copyOf(sum, 6), 8))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has MD5", e);
        }
    }

    @Override
    public String toString() {
        return "Alertmanager " + endpoint;
    }
}
