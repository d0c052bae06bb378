package io.cryptobot.telemetry.benchmarks.peers;

import io.cryptobot.telemetry.MetricCatalog;
import java.io.IOException;
import java.util.List;

/**
 * What a bot does per order, by one library. Series are resolved when the recorder is made, as a careful user would. One
 * subclass is loaded in a benchmark's process, so that the calls cost nothing.
 */
public abstract class Recorder implements AutoCloseable {
    static final List<Double> BOUNDS_MS = MetricCatalog.LATENCY_BOUNDS_MS;
    static final String COUNTER = "orders_submitted_total";
    static final String HISTOGRAM = "order_latency_milliseconds";
    static final String HELP = "A help text.";
    static final double NANOS_PER_MS = 1e6;

    /** Names as the tables show them. */
    public static Recorder of(String library) throws IOException {
        return switch (library) {
            case "cryptobot" -> new CryptobotRecorder();
            case "simpleclient" -> new SimpleclientRecorder();
            case "client_java" -> new ClientJavaRecorder();
            case "micrometer" -> new MicrometerRecorder();
            case "opentelemetry" -> new OpenTelemetryRecorder();
            case "dropwizard" -> new DropwizardRecorder();
            default -> throw new IllegalArgumentException("no such library: " + library);
        };
    }

    /** Counts an order. */
    public abstract void count();

    /** Counts an order and observes how long it took. */
    public abstract void order(long nanos);

    static double[] boundsMs() {
        return BOUNDS_MS.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public void close() {}
}
