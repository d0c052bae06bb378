package io.cryptobot.exporter.exposition;

import com.codahale.metrics.CachedGauge;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SlidingWindowReservoir;
import com.codahale.metrics.Timer;
import java.util.concurrent.TimeUnit;

/** Replaces two of Dropwizard's metrics that would take more time at a scrape than all series of a bot. Stateless. */
final class CheapMetrics {
    /** Dropwizard's default keeps 1,028 requests and sorts them at every scrape. */
    private static final int REQUESTS = 128;

    private static final int OPEN_FILES_SECONDS = 10;

    private CheapMetrics() {}

    /**
     * Call it before the server is built: the server uses a timer that is registered already. The quantiles of the
     * requests are those of the last {@value #REQUESTS}. The gauge of open files, which the system lists one by one to
     * count them, is at most {@value #OPEN_FILES_SECONDS} s old, and NaN when they cannot be listed, for example when
     * there are too many.
     */
    static void replace(MetricRegistry registry) {
        registry.register(SelfMetric.REQUESTS.registryName(), new Timer(new SlidingWindowReservoir(REQUESTS)));
        String openFiles = SelfMetric.OPEN_FILES.registryName();
        Gauge<?> counting = registry.getGauges().get(openFiles);
        if (counting != null) {
            registry.remove(openFiles);
            registry.registerGauge(openFiles, new CachedGauge<Double>(OPEN_FILES_SECONDS, TimeUnit.SECONDS) {
                @Override
                protected Double loadValue() {
                    return ratio(counting);
                }
            });
        }
    }

    /** The JVM throws an error when it cannot list them; the whole page would fail. */
    private static double ratio(Gauge<?> counting) {
        try {
            return counting.getValue() instanceof Number ratio ? ratio.doubleValue() : Double.NaN;
        } catch (RuntimeException | InternalError e) {
            return Double.NaN;
        }
    }
}
