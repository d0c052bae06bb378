package io.cryptobot.exporter.page;

import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.telemetry.MetricCatalog;
import io.prometheus.client.Collector;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * Everything that the counters files tell, read anew on every scrape: families of several bots merged into one, the label
 * {@code bot} first on every series. Thread-safe.
 */
public final class BotCollector extends Collector {
    private final BotDirectory directory;
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LoggerFactory.getLogger(BotCollector.class));

    public BotCollector(BotDirectory directory) {
        this.directory = directory;
    }

    @Override
    public synchronized List<MetricFamilySamples> collect() {
        Families families = new Families();
        SortedMap<String, String> problems = new TreeMap<>();
        Bots bots = directory.read();
        for (Bot bot : bots.readable()) {
            List<String> rejected = BotSamples.add(families, bot);
            if (!rejected.isEmpty()) {
                problems.put("records of " + bot.name(), "left out: " + rejected);
            }
        }
        for (UnreadableFile file : bots.unreadable()) {
            MetricFamilySamples family = families.of(MetricCatalog.EXPORTER_UNREADABLE_FILES);
            family.samples.add(new MetricFamilySamples.Sample(
                    family.name,
                    List.of("bot", "reason"),
                    List.of(file.bot(), file.reason().label()),
                    1));
        }
        changes.report(problems);
        return families.filled();
    }
}
