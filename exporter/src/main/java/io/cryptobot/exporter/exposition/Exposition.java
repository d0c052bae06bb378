package io.cryptobot.exporter.exposition;

import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.bots.BotDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Renders the complete page {@code /metrics} before it is sent. In the text format an incomplete page is still valid,
 * so missing counters would not be noticed. Thread-safe: pages are rendered one after the other, which limits the
 * memory.
 */
public final class Exposition {
    private static final int INITIAL_LENGTH = 64 * 1024;
    private static final String OPENMETRICS_END = "# EOF\n";

    private final BotCollector bots;
    private final SelfCollector self;
    private final LongSupplier nanoClock;
    /** A fair lock, so that repeated {@code name[]} requests of a client cannot block a scrape for long. */
    private final ReentrantLock rendering = new ReentrantLock(true);

    private volatile @Nullable LastScrape last;
    /** A reused buffer. Guarded by {@link #rendering}. */
    private final PageText text = new PageText(INITIAL_LENGTH);

    /**
     * {@return the exposition of the bots and of the exporter's own metrics} It replaces two metrics of the registry,
     * see {@link CheapMetrics}, so call it before the server is built.
     *
     * @param nanoClock monotonic time in ns; {@link System#nanoTime}, except in tests
     */
    public static Exposition of(
            BotDirectory bots, CreatedTimestamps createdTimestamps, MetricRegistry metrics, LongSupplier nanoClock) {
        CheapMetrics.replace(metrics);
        return new Exposition(new BotCollector(bots, createdTimestamps), new SelfCollector(metrics), nanoClock);
    }

    Exposition(BotCollector bots, SelfCollector self, LongSupplier nanoClock) {
        this.bots = bots;
        this.self = self;
        this.nanoClock = nanoClock;
    }

    /** {@return the page, or the requested samples of it, in UTF-8} */
    public byte[] render(ExpositionFormat format, NameFilter filter) {
        rendering.lock();
        try {
            return renderAlone(format, filter);
        } finally {
            rendering.unlock();
        }
    }

    private byte[] renderAlone(ExpositionFormat format, NameFilter filter) {
        long start = nanoClock.getAsLong();
        LastScrape.Result result = LastScrape.Result.FAILED;
        try {
            SelfCollector.SelfFamilies selfFamilies = self.collect();
            List<Family> families = new ArrayList<>(bots.collect(selfFamilies.failed()));
            families.addAll(selfFamilies.families());
            byte[] page = write(format, filter.apply(families));
            result = LastScrape.Result.RENDERED;
            return page;
        } finally {
            long end = nanoClock.getAsLong();
            last = new LastScrape(end, end - start, result);
        }
    }

    private byte[] write(ExpositionFormat format, List<Family> families) {
        text.clear();
        families.forEach(family -> family.writeTo(text, format));
        if (format == ExpositionFormat.OPENMETRICS) {
            text.append(OPENMETRICS_END);
        }
        return text.take();
    }

    /** {@return the result of the last rendering; empty if there was none yet} */
    Optional<LastScrape> last() {
        return Optional.ofNullable(last);
    }
}
