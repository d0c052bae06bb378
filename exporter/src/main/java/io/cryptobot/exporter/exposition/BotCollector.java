package io.cryptobot.exporter.exposition;

import io.cryptobot.exporter.ChangeLogger;
import io.cryptobot.exporter.Version;
import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.files.InstanceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Collects the metrics of all counters files on every scrape. Families of several bots are merged, and every series
 * gets {@code bot} as its first label. Thread-safe.
 */
final class BotCollector {
    /**
     * Maximum number of characters for the series of all bots on a page, about 150,000 samples. Bots with few series
     * come first, so that a bot with too many series does not displace the others.
     */
    private static final long MAX_LENGTH = 16L << 20;

    private static final List<String> BUILD =
            List.of("version", Version.ofThisJar(), "jdk", System.getProperty("java.version", "unknown"));

    private final BotDirectory directory;
    private final CreatedTimestamps createdTimestamps;
    private final long maxLength;
    /** Guarded by "this". */
    private final Map<InstanceName, SampleNameCache> names = new HashMap<>();
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LoggerFactory.getLogger(BotCollector.class));

    BotCollector(BotDirectory directory, CreatedTimestamps createdTimestamps) {
        this(directory, createdTimestamps, MAX_LENGTH);
    }

    /** @param maxLength maximum number of characters for the series of all bots */
    BotCollector(BotDirectory directory, CreatedTimestamps createdTimestamps, long maxLength) {
        this.directory = directory;
        this.createdTimestamps = createdTimestamps;
        this.maxLength = maxLength;
    }

    /** @param selfFailures the number of the exporter's own metrics that are missing on the page */
    synchronized List<Family> collect(int selfFailures) {
        Families families = new Families();
        SortedMap<String, String> problems = new TreeMap<>();
        Bots bots = directory.read();
        names.keySet().retainAll(bots.readable().stream().map(Bot::name).collect(Collectors.toSet()));
        Set<InstanceName> fitting = fitting(bots.readable());
        for (Bot bot : bots.readable()) {
            Rejections rejected = fitting.contains(bot.name())
                    ? BotSamples.add(families, bot, namesOf(bot))
                    : BotSamples.addWithoutSeries(families, bot, namesOf(bot));
            if (!rejected.isEmpty()) {
                problems.put("records of " + bot.name(), rejected.toString());
            }
        }
        families.of(MetricCatalog.EXPORTER_BUILD_INFO).add(BUILD, 1);
        Family unreadable = families.of(MetricCatalog.EXPORTER_UNREADABLE_FILES);
        for (UnreadableFile file : bots.unreadable()) {
            unreadable.add(List.of("bot", file.bot(), "reason", file.reason().label()), 1);
        }
        if (bots.moreUnreadable() > 0) {
            unreadable.add(List.of("reason", "more_files"), bots.moreUnreadable());
        }
        if (selfFailures > 0) {
            families.of(MetricCatalog.EXPORTER_BAD_RECORDS)
                    .add(List.of("reason", BadRecord.OWN_METRIC.label()), selfFailures);
        }
        families.of(MetricCatalog.EXPORTER_FORGOTTEN_BOTS)
                .add(List.of(), bots.forgotten().size());
        changes.report(problems);
        return families.filled();
    }

    private Set<InstanceName> fitting(List<Bot> bots) {
        Map<InstanceName, Long> lengths = new HashMap<>();
        bots.forEach(bot ->
                lengths.put(bot.name(), namesOf(bot).length(bot.snapshot().series())));
        List<Map.Entry<InstanceName, Long>> shortestFirst = new ArrayList<>(lengths.entrySet());
        shortestFirst.sort(Map.Entry.comparingByValue());
        Set<InstanceName> fitting = new HashSet<>();
        long left = maxLength;
        for (Map.Entry<InstanceName, Long> bot : shortestFirst) {
            left -= bot.getValue();
            if (left >= 0) {
                fitting.add(bot.getKey());
            }
        }
        return fitting;
    }

    private SampleNameCache namesOf(Bot bot) {
        return names.computeIfAbsent(bot.name(), name -> new SampleNameCache(name.value(), createdTimestamps));
    }
}
