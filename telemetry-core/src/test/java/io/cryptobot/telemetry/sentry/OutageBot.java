package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.files.InstanceName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main program of a child process: for each line {@code <first> <count>} on standard input it logs that many numbered
 * errors; at the end of the input it stops in order.
 */
public final class OutageBot {
    private static final Logger LOGGER = LoggerFactory.getLogger(OutageBot.class);

    private OutageBot() {}

    public static void main(String[] arguments) throws IOException {
        SentrySettings settings = TestSettings.of(arguments[0]);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SentryReporting reporting =
                SentryReporting.startBot(settings, new InstanceName("outage-bot"), Path.of(arguments[1]))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                int first = Integer.parseInt(order.split(" ")[0]);
                int count = Integer.parseInt(order.split(" ")[1]);
                for (int number = first; number < first + count; number++) {
                    LOGGER.error("error {}", number, new IllegalStateException("failed"));
                }
            }
        }
    }
}
