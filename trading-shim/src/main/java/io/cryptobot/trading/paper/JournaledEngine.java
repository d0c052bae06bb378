package io.cryptobot.trading.paper;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A paper engine that many threads share, with the journal that outlives it. Thread-safe. */
final class JournaledEngine implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(JournaledEngine.class);

    private final PaperClock clock;
    private final @Nullable PaperJournal journal;

    /** Guarded by "this", as are its orders. */
    private final PaperEngine engine;

    /** Continues after the run that the journal tells of. Without a usable journal the account starts anew, with one line in the log. */
    JournaledEngine(PaperSettings settings, PaperClock clock) {
        this.clock = clock;
        journal = openJournal(settings.journal);
        engine = new PaperEngine(settings, journal == null ? new PaperEvents() {} : journal);
        if (journal != null) {
            engine.restore(clock.nanos(), journal.recovered());
            journal.snapshot(engine.state());
            int open = engine.openOrders().size();
            if (open > 0) {
                LOGGER.info(
                        "{} paper orders stay open after {} without a bot, in which nothing was filled",
                        open,
                        journal.offline());
            }
        }
    }

    private static @Nullable PaperJournal openJournal(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            return PaperJournal.open(file);
        } catch (IOException e) {
            LOGGER.warn("The paper account starts anew and will not outlive this run: {}", e.toString());
            return null;
        }
    }

    /** Something that is done with the engine while no other thread uses it. */
    @FunctionalInterface
    interface Call<T, E extends Exception> {
        T run(PaperEngine engine) throws E;
    }

    /** {@return what the call returns} What the engine has done is in the journal's file before this returns. */
    synchronized <T, E extends Exception> T call(Call<T, E> call) throws E {
        T result = call.run(engine);
        if (journal != null) {
            if (journal.wantsSnapshot()) {
                journal.snapshot(engine.state());
            } else {
                journal.flush();
            }
        }
        return result;
    }

    /**
     * Performs what is due.
     *
     * @return the time until which it did
     */
    long advance() {
        return call(each -> {
            long nanos = clock.nanos();
            each.advanceTo(nanos);
            return nanos;
        });
    }

    @Override
    public synchronized void close() {
        if (journal != null) {
            journal.close();
        }
    }
}
