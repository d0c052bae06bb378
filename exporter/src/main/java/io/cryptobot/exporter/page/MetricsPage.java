package io.cryptobot.exporter.page;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Renders the page {@code /metrics} as a whole: a page that breaks off in the middle would be a smaller valid one in the
 * text format, and the missing counters would pass unseen. Thread-safe: pages are rendered one after the other, which
 * bounds the memory that they take.
 */
public final class MetricsPage {
    private static final int INITIAL_LENGTH = 64 * 1024;

    private final BotCollector bots;
    private final OwnCollector own;
    private final LongSupplier nanoClock;
    private volatile @Nullable LastPage last;
    /** What the longest of the recent pages needed: a text that grows is copied again and again. Guarded by "this". */
    private int length = INITIAL_LENGTH;

    /** @param nanoClock monotonic time in ns, {@link System#nanoTime} outside of tests */
    public MetricsPage(BotCollector bots, OwnCollector own, LongSupplier nanoClock) {
        this.bots = bots;
        this.own = own;
        this.nanoClock = nanoClock;
    }

    /** {@return the complete page} */
    public String render(PageFormat format) {
        return render(format, NameFilter.ALL);
    }

    /** {@return what a client asked for of the page} */
    public synchronized String render(PageFormat format, NameFilter filter) {
        long start = nanoClock.getAsLong();
        boolean failed = true;
        try {
            OwnCollector.Own ownFamilies = own.collect();
            List<MetricFamilySamples> families = new ArrayList<>(bots.collect(ownFamilies.failed()));
            families.addAll(ownFamilies.families());
            String page = write(format, filter.apply(families));
            failed = false;
            return page;
        } finally {
            long end = nanoClock.getAsLong();
            last = new LastPage(end, end - start, failed);
        }
    }

    private String write(PageFormat format, List<MetricFamilySamples> families) {
        StringWriter page = new StringWriter(length);
        try {
            TextFormat.writeFormat(format.contentType(), page, Collections.enumeration(families));
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter failed", e);
        }
        length = Math.max(
                INITIAL_LENGTH, page.getBuffer().length() + page.getBuffer().length() / 8);
        return page.toString();
    }

    /** {@return how the last page went; empty when there was none yet} */
    public Optional<LastPage> last() {
        return Optional.ofNullable(last);
    }
}
