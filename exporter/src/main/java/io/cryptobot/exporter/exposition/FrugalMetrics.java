package io.cryptobot.exporter.exposition;

import com.codahale.metrics.CachedGauge;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SlidingWindowReservoir;
import com.codahale.metrics.Timer;
import java.util.concurrent.TimeUnit;

/**
 * Takes the place of two of Dropwizard's own metrics that would cost a scrape more than all series of a bot. Stateless.
 */
public final class FrugalMetrics {
    /** Dropwizard's default keeps 1,028 requests and sorts them at every look. */
    private static final int REQUESTS = 128;

    private static final int OPEN_FILES_SECONDS = 10;

    private FrugalMetrics() {}

    /**
     * To be called before the server is built, which takes a timer that is registered already. The quantiles of the requests
     * are those of the last {@value #REQUESTS}. The gauge of open files, which the system lists one by one to count them, is
     * at most {@value #OPEN_FILES_SECONDS} s old, and NaN when they cannot be listed: when there are too many, say.
     */
    public static void replace(MetricRegistry registry) {
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

    /** The JVM says that it cannot list them by an error, which would cost the whole page. */
    private static double ratio(Gauge<?> counting) {
        try {
            return counting.getValue() instanceof Number ratio ? ratio.doubleValue() : Double.NaN;
        } catch (RuntimeException | InternalError e) {
            return Double.NaN;
        }
    }
}
