package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.testing.ManualClock;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.mode.DurableMode.Host;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The files of a bot in a directory, its gate without threads, and a switch. The gate polls during the pauses of the
 * switch, so no test waits.
 */
final class TestBot {
    static final InstanceName NAME = new InstanceName("bot");
    static final ModeGate.Hooks NO_HOOKS = (mode, inFlight) -> {};
    static final Host HOST = new Host("machine", "boot-1");
    private static final ClientOrderId ORDER = new ClientOrderId("bot-1");

    private final Path directory;
    private final ManualClock clock = new ManualClock();

    TestBot(Path directory) {
        this.directory = directory;
    }

    Path file() {
        return directory.resolve("bot.control");
    }

    Path stored() {
        return directory.resolve("state/bot.mode");
    }

    ControlFile shared() throws IOException {
        return ControlFile.open(file(), NAME, TradingMode.PAPER.word(1));
    }

    DurableMode durable() {
        return durable(HOST);
    }

    DurableMode durable(Host host) {
        return new DurableMode(directory.resolve("state"), NAME, host);
    }

    ModeGate open() {
        return open(NO_HOOKS);
    }

    ModeGate open(ModeGate.Hooks hooks) {
        return ModeGate.unwatched(file(), durable(), hooks);
    }

    /** {@return hooks that collect the orders of the last run} */
    static ModeGate.Hooks collecting(List<ModeGate.LeftInFlight> left) {
        return hooks(new ModeGate.LiveRun() {
            @Override
            public boolean takeOver(List<ModeGate.LeftInFlight> orders) {
                return left.addAll(orders);
            }
        });
    }

    static ModeGate.Hooks hooks(ModeGate.LiveRun run) {
        return new ModeGate.Hooks() {
            @Override
            public void observed(TradingMode mode, int inFlight) {}

            @Override
            public ModeGate.LiveRun begin() {
                return run;
            }
        };
    }

    /** {@return a switch for a running bot} */
    ModeSwitch modeSwitch(ModeGate gate) {
        return modeSwitch(durable(), () -> gate.watcher().poll());
    }

    /** {@return a switch for a bot that does not run} */
    ModeSwitch modeSwitch() {
        return modeSwitch(durable(), () -> {});
    }

    ModeSwitch modeSwitch(DurableMode durable, Runnable whileItPauses) {
        return new ModeSwitch(file(), durable, clock, () -> {
            clock.advance(Duration.ofMillis(5));
            whileItPauses.run();
        });
    }

    void change(ModeGate gate, TradingMode mode) throws Exception {
        assertThat(modeSwitch(gate).change(mode, Duration.ofSeconds(10)).acknowledged())
                .isTrue();
    }

    static Pass enter(ModeGate gate) {
        return gate.enter(ORDER, "XRPETH");
    }

    /** Writes a number into the control file, like a foreign process could do. */
    void overwrite(int offset, long number) throws IOException {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(number)
                .array();
        overwrite(offset, bytes);
    }

    void overwrite(int offset, byte[] bytes) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.seek(offset);
            raw.write(bytes);
        }
    }
}
