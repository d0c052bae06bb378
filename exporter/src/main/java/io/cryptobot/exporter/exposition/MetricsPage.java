package io.cryptobot.exporter.exposition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Renders the page {@code /metrics} as a whole: a page that breaks off in the middle would be a smaller valid one in the
 * text format, and the missing counters would pass unseen. Thread-safe: pages are rendered one after the other, which
 * bounds the memory that they take.
 */
public final class MetricsPage {
    private static final int INITIAL_LENGTH = 64 * 1024;
    private static final String OPENMETRICS_END = "# EOF\n";

    private final BotCollector bots;
    private final SelfCollector own;
    private final LongSupplier nanoClock;
    /** Fair: who asks again and again for pages by name cannot keep a scrape waiting for more than those before it. */
    private final ReentrantLock rendering = new ReentrantLock(true);

    private volatile @Nullable LastPage last;
    /** Taken from page to page. Guarded by {@link #rendering}. */
    private final PageText text = new PageText(INITIAL_LENGTH);

    /** @param nanoClock monotonic time in ns, {@link System#nanoTime} outside of tests */
    public MetricsPage(BotCollector bots, SelfCollector own, LongSupplier nanoClock) {
        this.bots = bots;
        this.own = own;
        this.nanoClock = nanoClock;
    }

    /** {@return the complete page, in UTF-8} */
    public byte[] render(PageFormat format) {
        return render(format, NameFilter.ALL);
    }

    /** {@return what a client asked for of the page, in UTF-8} */
    public byte[] render(PageFormat format, NameFilter filter) {
        rendering.lock();
        try {
            return renderAlone(format, filter);
        } finally {
            rendering.unlock();
        }
    }

    private byte[] renderAlone(PageFormat format, NameFilter filter) {
        long start = nanoClock.getAsLong();
        boolean failed = true;
        try {
            SelfCollector.Own ownFamilies = own.collect();
            List<Family> families = new ArrayList<>(bots.collect(ownFamilies.failed()));
            families.addAll(ownFamilies.families());
            byte[] page = write(format, filter.apply(families));
            failed = false;
            return page;
        } finally {
            long end = nanoClock.getAsLong();
            last = new LastPage(end, end - start, failed);
        }
    }

    private byte[] write(PageFormat format, List<Family> families) {
        text.clear();
        families.forEach(family -> family.writeTo(text, format));
        if (format == PageFormat.OPENMETRICS) {
            text.append(OPENMETRICS_END);
        }
        return text.take();
    }

    /** {@return how the last page went; empty when there was none yet} */
    public Optional<LastPage> last() {
        return Optional.ofNullable(last);
    }
}
