package io.cryptobot.exporter;

import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.Descriptor;
import io.cryptobot.telemetry.counters.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Several bots in one process, which is killed as one. Arguments: run directory, version, names. A later version has a larger
 * file, more series and, every third time, other bounds. Ends in order when standard input does.
 */
final class ChaosBots {
    private static final int COUNTERS = 10;
    private static final int GROWTH = 8;

    private ChaosBots() {}

    public static void main(String[] arguments) throws Exception {
        int version = Integer.parseInt(arguments[1]);
        List<CountersFile> files = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        for (String name : Arrays.asList(arguments).subList(2, arguments.length)) {
            CountersFile file = TestBots.file(
                    Path.of(arguments[0]), name, new Geometry(64 + GROWTH * version), System::currentTimeMillis);
            files.add(file);
            for (int kind = 0; kind < COUNTERS; kind++) {
                slots.add(file.register(Descriptor.counter("work_total", "Work.", Map.of("kind", "k" + kind))));
            }
            slots.add(file.register(Descriptor.counter("v" + version + "_total", "New.", Map.of())));
            slots.add(file.register(new Descriptor(
                    "sizes", MetricType.HISTOGRAM, "Sizes.", new TreeMap<>(), 1, List.of(1.0, 10.0 + version / 3))));
            file.register(Descriptor.gauge("depth", "Depth.", Map.of()));
        }
        System.out.println("ready");
        Random random = new Random(version);
        while (System.in.available() == 0 && !parentIsGone()) {
            for (int additions = 0; additions < 100; additions++) {
                slots.get(random.nextInt(slots.size())).add(0, 1);
            }
            files.forEach(CountersFile::beat);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        files.forEach(CountersFile::close);
    }

    private static boolean parentIsGone() {
        return ProcessHandle.current()
                .parent()
                .map(parent -> !parent.isAlive() || parent.pid() == 1)
                .orElse(true);
    }
}
