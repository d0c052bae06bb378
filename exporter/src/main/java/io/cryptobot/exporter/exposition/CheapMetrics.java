package io.cryptobot.exporter.exposition;

import com.codahale.metrics.CachedGauge;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SlidingWindowReservoir;
import com.codahale.metrics.Timer;
import java.util.concurrent.TimeUnit;

/**
 * Replaces two metrics of Dropwizard, because they would need more time per scrape than all series of a bot. Stateless.
 */
final class CheapMetrics {
    /** Size of the sample for request quantiles. Dropwizard's default is 1,028, which it sorts at every scrape. */
    private static final int REQUESTS = 128;

    private static final int OPEN_FILES_SECONDS = 10;

    private CheapMetrics() {}

    /**
     * Replaces the metrics. Call it before the server is built, because the server reuses a registered timer. The
     * quantiles cover the last {@value #REQUESTS} requests. The gauge of open files is cached for {@value
     * #OPEN_FILES_SECONDS} s, because the system lists all files to count them. It is NaN if they cannot be listed.
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

    /** Returns NaN if the JVM throws an error because it cannot list the files. Otherwise the whole page would fail. */
    private static double ratio(Gauge<?> counting) {
        try {
            return counting.getValue() instanceof Number ratio ? ratio.doubleValue() : Double.NaN;
        } catch (RuntimeException | InternalError e) {
            return Double.NaN;
        }
    }
}
