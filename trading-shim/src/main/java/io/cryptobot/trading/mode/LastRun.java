package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.files.DurableFile;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a bot's last run ended in order. The orders that a run has in flight are in the control file, in memory that
 * outlives the process but not the machine: after a power failure, or in a new container, their names are lost. So a run
 * that ends with nothing in flight writes the mark {@code <state>/<bot>.stopped}, and the next run deletes it. When the
 * control file is missing, the disk says LIVE and there is no mark, live orders may be lost. Thread-safe.
 */
@Internal
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

    /** {@return whether the last run may have had live orders in flight whose names are lost} Deletes the mark. */
    public boolean begin() {
        boolean lost = !deleteMark() && isControlFileGone() && durable.mode().equals(Optional.of(TradingMode.LIVE));
        if (lost) {
            LOGGER.error(
                    "{} was live when its machine or container ended, and its orders in flight are not known: compare"
                            + " the exchange's orders with the order log, then run: cryptobot unknown-orders list",
                    durable.instance());
        }
        return lost;
    }

    private boolean deleteMark() {
        try {
            boolean deleted = Files.deleteIfExists(mark);
            if (deleted) {
                DurableFile.forceDirectory(durable.directory());
            }
            return deleted;
        } catch (IOException e) {
            return false; // the mode cannot be stored either, and without a stored mode there is no LIVE
        }
    }

    private boolean isControlFileGone() {
        try {
            return ControlFile.find(controlFile, durable.instance()).isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    /** Writes the mark: the run has ended with no live order in flight. */
    public void end() {
        if (!Files.isDirectory(durable.directory())) {
            return; // never switched, so never live
        }
        try {
            DurableFile.replace(mark, DurableFile.Access.DEFAULT, Instant.now() + "\n");
        } catch (IOException e) {
            LOGGER.warn(
                    "{} cannot be written: after a reboot this bot's last orders count as unknown: {}",
                    mark,
                    e.toString());
        }
    }
}
