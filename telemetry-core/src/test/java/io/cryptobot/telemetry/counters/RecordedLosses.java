package io.cryptobot.telemetry.counters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Remembers what a counters file reports. */
final class RecordedLosses implements CountersFile.Listener {
    final List<String> events = new ArrayList<>();
    final List<String> putAside = new ArrayList<>();

    @Override
    public void lost(String reason) {
        events.add(reason);
    }

    @Override
    public void found() {
        events.add("found");
    }

    @Override
    public void putAside(Path where, String why) {
        putAside.add(why);
    }
}
