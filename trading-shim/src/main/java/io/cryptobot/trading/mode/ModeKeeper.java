package io.cryptobot.trading.mode;

import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the control file's mode on the disk whenever it is not LIVE: a switch whose tool was killed before it could store the mode,
 * and a fall-back to PAPER, must outlive a reboot too. The switch alone stores LIVE. A thread of its own, because a disk may hang
 * and the watcher must not.
 */
final class ModeKeeper implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ModeKeeper.class);
    private static final long KEEP_INTERVAL_MS = 200;

    private final DurableMode durable;
    private final Supplier<@Nullable ControlFile> trusted;
    private final Thread thread = new Thread(this::run, "cryptobot-mode-keeper");
    /** The word that the disk is known to hold. Confined to the thread. */
    private long keptWord;

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
                TimeUnit.MILLISECONDS.sleep(KEEP_INTERVAL_MS);
                keep();
            } catch (InterruptedException e) {
                return; // closed
            } catch (Throwable e) {
                LOGGER.debug("The trading mode of {} could not be stored, and is tried again", durable.instance(), e);
            }
        }
    }

    /** Stores the mode if the disk has another one. */
    void keep() throws IOException {
        ControlFile file = trusted.get();
        long word = file == null ? 0 : file.modeWord();
        if (file == null || word == keptWord || TradingMode.ofWord(word) == TradingMode.LIVE) {
            return;
        }
        DurableMode.Stored stored = durable.read().stored();
        // no file means PAPER already; making one would say that somebody has switched
        boolean agrees = stored == null ? TradingMode.ofWord(word) == TradingMode.PAPER : stored.word() == word;
        if (!agrees) {
            durable.store(file::modeWord);
        }
        keptWord = word;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
