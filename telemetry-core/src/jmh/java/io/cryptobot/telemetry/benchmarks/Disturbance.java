package io.cryptobot.telemetry.benchmarks;

import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What goes on beside a bot at its worst: a scraper that never rests and a process that keeps the disk busy. */
final class Disturbance {
    /** 32 MiB, over and over, each time brought to the disk. */
    private static final String WRITER =
            "trap 'rm -f \"$0\"; exit' TERM; while :; do dd if=/dev/zero of=\"$0\" bs=1M count=32 conv=fsync 2>/dev/null; done";

    private final Thread scraper;
    private final Process writer;
    private volatile boolean stopped;

    private Disturbance(CountersReader reader, Path scratch) throws IOException {
        this.writer = new ProcessBuilder("sh", "-c", WRITER, scratch.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.scraper = new Thread(() -> scrape(reader), "scraper");
        scraper.setDaemon(true);
    }

    static Disturbance start(ScratchBot bot) throws IOException {
        CountersReader reader;
        try {
            reader = CountersReader.open(bot.countersFile(), bot.instance());
        } catch (CountersFileException e) {
            throw new IllegalStateException(e);
        }
        Path scratch = Path.of(
                System.getProperty("java.io.tmpdir"),
                "cryptobot-bench-" + ProcessHandle.current().pid());
        Disturbance disturbance = new Disturbance(reader, scratch);
        disturbance.scraper.start();
        return disturbance;
    }

    private void scrape(CountersReader reader) {
        try (reader) {
            while (!stopped) {
                reader.snapshot();
            }
        } catch (CountersFileException e) {
            throw new IllegalStateException(e);
        }
    }

    void close() throws InterruptedException {
        stopped = true;
        scraper.join();
        writer.destroy();
        if (!writer.waitFor(10, TimeUnit.SECONDS)) {
            writer.destroyForcibly();
        }
    }
}
