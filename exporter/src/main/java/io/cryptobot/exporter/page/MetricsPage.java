package io.cryptobot.exporter.page;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Renders the page {@code /metrics} as a whole: a page that breaks off in the middle would be a smaller valid one in the
 * text format, and the missing counters would pass unseen. Thread-safe.
 */
public final class MetricsPage {
    private final CollectorRegistry registry = new CollectorRegistry();

    public MetricsPage(BotCollector bots, OwnCollector own) {
        registry.register(bots);
        registry.register(own);
    }

    /** {@return the complete page} */
    public String render(PageFormat format) {
        StringWriter page = new StringWriter(64 * 1024);
        try {
            TextFormat.writeFormat(format.contentType(), page, registry.metricFamilySamples());
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter failed", e);
        }
        return page.toString();
    }
}
