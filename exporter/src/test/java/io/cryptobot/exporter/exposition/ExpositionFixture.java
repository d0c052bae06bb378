package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.TestBots;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.telemetry.counters.CountersFile;
import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.testing.ManualClock;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The exposition of the bots in a temporary run directory. */
abstract class ExpositionFixture {
    @TempDir
    Path run;

    final ManualClock clock = new ManualClock();
    BotDirectory directory;
    Exposition page;

    @BeforeEach
    void open() {
        directory = TestBots.directory(run, clock);
        page = page(CreatedTimestamps.LEFT_OUT);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    Exposition page(CreatedTimestamps createdTimestamps) {
        return page(new BotCollector(directory, createdTimestamps), new MetricRegistry());
    }

    Exposition page(BotCollector bots, MetricRegistry self) {
        return new Exposition(bots, new SelfCollector(self), clock);
    }

    String text() {
        return text(page);
    }

    static String text(Exposition page) {
        return new String(page.render(ExpositionFormat.TEXT, NameFilter.ALL), UTF_8);
    }

    static String openMetrics(Exposition page) {
        return new String(page.render(ExpositionFormat.OPENMETRICS, NameFilter.ALL), UTF_8);
    }

    List<String> lines() {
        return text().lines().toList();
    }

    static String bad(String bot, BadRecord reason, int count) {
        return "cryptobot_exporter_bad_records{bot=\"" + bot + "\",reason=\"" + reason.label() + "\"} "
                + (double) count;
    }

    CountersFile file(String name) {
        return TestBots.file(run, name, Geometry.DEFAULT, () -> 1_000);
    }
}
