package io.cryptobot.exporter;

import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/** A bot in a process of its own that counts as fast as it can and prints each count only after it was counted. */
final class CountingBot {
    private CountingBot() {}

    public static void main(String[] arguments) {
        Telemetry telemetry = Telemetry.open(TelemetrySettings.from(System.getenv()));
        FileCounter failed = telemetry.orders(OrderMode.LIVE).failed();
        PrintStream journal = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        while (!journal.checkError()) {
            failed.inc();
            journal.println(failed.getCount());
        }
    }
}
