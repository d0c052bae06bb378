package io.cryptobot.exporter;

import io.cryptobot.telemetry.counters.CountersFile;
import java.nio.file.Path;

/** Fails the test when a bot of it loses its file. Stateless. */
public final class KeptFile implements CountersFile.Listener {
    @Override
    public void lost(String reason) {
        throw new AssertionError(reason);
    }

    @Override
    public void found() {}

    @Override
    public void putAside(Path where, String why) {
        throw new AssertionError(why);
    }
}
