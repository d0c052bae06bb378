package io.cryptobot.telemetry.benchmarks.peers;

import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.benchmarks.ScratchBot;
import io.cryptobot.telemetry.dropwizard.FileCounter;
import io.cryptobot.telemetry.dropwizard.FileHistogram;
import java.io.IOException;

/** This project: a counters file on tmpfs, opened as a bot opens it, heartbeat included. */
final class CryptobotRecorder extends Recorder {
    private final ScratchBot bot = ScratchBot.create();
    private final FileCounter submitted = bot.telemetry().orders(OrderMode.LIVE).submitted();
    private final FileHistogram latency = bot.telemetry().orders(OrderMode.LIVE).latency();

    CryptobotRecorder() throws IOException {}

    @Override
    public void count() {
        submitted.inc();
    }

    @Override
    public void order(long nanos) {
        submitted.inc();
        latency.recordNanos(nanos);
    }

    @Override
    public void close() {
        bot.close();
    }
}
