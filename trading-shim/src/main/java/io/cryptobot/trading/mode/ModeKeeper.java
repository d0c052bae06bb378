package io.cryptobot.trading.mode;

import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the mode of the control file on the disk if the mode is not LIVE; only {@link ModeSwitch} stores LIVE. It is
 * needed if the tool of a switch was killed before it stored the mode, and if the bot itself falls back to PAPER. It
 * has its own thread, because a disk can hang and must not block the watcher.
 */
final class ModeKeeper implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ModeKeeper.class);
    private static final long STORE_INTERVAL_MS = 200;

    private final DurableMode durable;
    private final Supplier<@Nullable ControlFile> trusted;
    private final Thread thread = new Thread(this::run, "cryptobot-mode-keeper");
    /** The last mode word that this keeper has found or stored on the disk. Confined to the thread. */
    private long storedWord;

    private volatile boolean closed;

    ModeKeeper(DurableMode durable, Supplier<@Nullable ControlFile> trusted) {
        this.durable = durable;
        this.trusted = trusted;
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(STORE_INTERVAL_MS);
                storeMode();
            } catch (InterruptedException e) {
                return; // closed
            } catch (Throwable e) {
                LOGGER.debug("The trading mode of {} could not be stored; the bot tries again", durable.instance(), e);
            }
        }
    }

    /** Stores the mode if the disk has another mode. */
    void storeMode() throws IOException {
        ControlFile file = trusted.get();
        long word = file == null ? 0 : file.modeWord();
        if (file == null || word == storedWord || TradingMode.ofWord(word) == TradingMode.LIVE) {
            return;
        }
        DurableMode.Stored stored = durable.read().stored();
        // a missing file already means PAPER; a new file would look like a switch
        boolean agrees = stored == null ? TradingMode.ofWord(word) == TradingMode.PAPER : stored.word() == word;
        if (!agrees) {
            durable.store(file::modeWord);
        }
        storedWord = word;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
