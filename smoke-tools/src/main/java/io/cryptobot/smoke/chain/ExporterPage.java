package io.cryptobot.smoke.chain;

import io.cryptobot.telemetry.MetricCatalog;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that an exporter serves. Immutable. */
record ExporterPage(URI address) {
    static ExporterPage of(URI exporter) {
        return new ExporterPage(exporter.resolve("/metrics"));
    }

    /** {@return the failed orders of a bot; empty if the page does not have the bot} */
    Optional<Double> failedOrders(FailingBot bot) throws IOException, InterruptedException {
        Matcher sample = Pattern.compile(
                        "^" + MetricCatalog.ORDERS_FAILED.prometheusName() + "\\{" + Pattern.quote(bot.selector())
                                + ",?\\} ([0-9.E]+)$",
                        Pattern.MULTILINE)
                .matcher(HttpProbe.get(address));
        return sample.find() ? Optional.of(Double.valueOf(sample.group(1))) : Optional.empty();
    }
}
