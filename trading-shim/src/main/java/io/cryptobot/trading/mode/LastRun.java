package io.cryptobot.trading.mode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a bot's last run ended in order. The orders that a run has in flight stand in the control file, in memory that
 * outlives the process and not the machine: after a power failure, or in a new container, nobody knows their names. So a run
 * that ends with nothing in flight leaves {@code <state>/<bot>.stopped} behind, and one that begins takes it away. Where the
 * control file is gone, the disk says LIVE and there is no such mark, live orders may have been lost. Thread-safe.
 */
public final class LastRun {
    private static final Logger LOGGER = LoggerFactory.getLogger(LastRun.class);

    private final Path controlFile;
    private final DurableMode durable;
    private final Path mark;

    public LastRun(Path controlFile, DurableMode durable) {
        this.controlFile = controlFile;
        this.durable = durable;
        this.mark = durable.directory().resolve(durable.instance() + ".stopped");
    }

    /** {@return whether the last run may have had live orders in flight whose names are lost} A run begins. */
    public boolean begin() {
        boolean lost = !isMarkTaken() && isControlFileGone() && durable.mode().equals(Optional.of(TradingMode.LIVE));
        if (lost) {
            LOGGER.error(
                    "{} was live when its machine or container ended, and nobody knows which orders were in flight: compare"
                            + " the exchange's orders with the order log, then run: cryptobot unknown-orders list",
                    durable.instance());
        }
        return lost;
    }

    private boolean isMarkTaken() {
        try {
            boolean taken = Files.deleteIfExists(mark);
            if (taken) {
                DurableMode.forceDirectory(durable.directory());
            }
            return taken;
        } catch (IOException e) {
            return false; // nor could the mode be stored, without which there is no LIVE
        }
    }

    private boolean isControlFileGone() {
        try {
            return ControlFile.find(controlFile, durable.instance()).isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    /** The run has ended with no live order in flight. */
    public void end() {
        if (!Files.isDirectory(durable.directory())) {
            return; // never switched, so never live
        }
        try (FileChannel channel = FileChannel.open(
                mark, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap((Instant.now() + "\n").getBytes(UTF_8)));
            channel.force(true);
            DurableMode.forceDirectory(durable.directory());
        } catch (IOException e) {
            LOGGER.warn(
                    "{} cannot be written: after a reboot the last orders will be taken for unknown: {}",
                    mark,
                    e.toString());
        }
    }
}
