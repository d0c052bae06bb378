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
 * Detects that a bot's last run ended without a clean stop. The orders in flight are in the control file, which is in
 * memory: it survives the process but not a power failure or the end of a container. A run that ends with no live order
 * in flight therefore writes the marker file {@code <state>/<bot>.stopped}, and the next run deletes it. If the control
 * file and the marker are missing and the mode on the disk is LIVE, the last run may have lost orders. Thread-safe.
 */
@Internal
public final class LastRun {
    private static final Logger LOGGER = LoggerFactory.getLogger(LastRun.class);

    private final Path controlFile;
    private final DurableMode durable;
    private final Path marker;

    public LastRun(Path controlFile, DurableMode durable) {
        this.controlFile = controlFile;
        this.durable = durable;
        this.marker = durable.directory().resolve(durable.instance() + ".stopped");
    }

    /** {@return true if live orders of the last run may be lost} Deletes the marker. */
    public boolean begin() {
        boolean lost = !deleteMarker() && isControlFileGone() && durable.mode().equals(Optional.of(TradingMode.LIVE));
        if (lost) {
            LOGGER.error(
                    "{} was live when its machine or container ended, and its orders in flight are lost: compare the"
                            + " exchange's orders with the order log, then run: cryptobot unknown-orders list",
                    durable.instance());
        }
        return lost;
    }

    private boolean deleteMarker() {
        try {
            boolean deleted = Files.deleteIfExists(marker);
            if (deleted) {
                DurableFile.forceDirectory(durable.directory());
            }
            return deleted;
        } catch (IOException e) {
            return false; // then the mode cannot be stored either, and LIVE requires a stored mode
        }
    }

    private boolean isControlFileGone() {
        try {
            return ControlFile.find(controlFile, durable.instance()).isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    /** Writes the marker: the run has ended with no live order in flight. */
    public void end() {
        if (!Files.isDirectory(durable.directory())) {
            return; // the mode was never switched, so the bot was never live
        }
        try {
            DurableFile.replace(marker, DurableFile.Access.DEFAULT, Instant.now() + "\n");
        } catch (IOException e) {
            LOGGER.warn(
                    "{} cannot be written; after a reboot the bot assumes one unknown order: {}", marker, e.toString());
        }
    }
}
