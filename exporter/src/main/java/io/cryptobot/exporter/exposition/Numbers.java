package io.cryptobot.exporter.exposition;

import io.prometheus.client.Collector;
import java.math.BigDecimal;
import java.util.Locale;

/** Formats numbers for the labels {@code le} and {@code quantile}. Stateless; thread-safe. */
final class Numbers {
    private static final int FIRST_EXPONENT = 6;
    private static final int LAST_FRACTION = -4;
    /** Between these numbers Java writes no exponent either. */
    private static final double ORDINARY_FROM = 1e-3;

    private static final double ORDINARY_BELOW = 1e6;

    private Numbers() {}

    /**
     * {@return the text that OpenMetrics requires for a number ("Canonical Numbers")} Java's own text is different for
     * very large and very small numbers. A different text would be a different series for Prometheus 2.
     */
    static String canonical(double number) {
        double size = Math.abs(number);
        if ((size >= ORDINARY_FROM && size < ORDINARY_BELOW) || Double.isInfinite(number) || number == 0) {
            return Collector.doubleToGoString(number);
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= LAST_FRACTION && exponent < FIRST_EXPONENT) {
            String plain = exact.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        BigDecimal mantissa = exact.movePointLeft(exponent);
        String sign = exponent < 0 ? "-" : "+";
        return String.format(
                Locale.ROOT, "%se%s%02d", mantissa.stripTrailingZeros().toPlainString(), sign, Math.abs(exponent));
    }
}
