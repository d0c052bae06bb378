package io.cryptobot.trading.paper;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A paper engine for many threads, with the journal that keeps its state over a restart. Thread-safe. */
final class JournaledEngine implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(JournaledEngine.class);

    private final PaperClock clock;
    private final @Nullable PaperJournal journal;

    /** The engine and its orders are guarded by "this". */
    private final PaperEngine engine;

    /**
     * Restores the state of the last run from the journal. If the journal is unusable, it is ignored: the account
     * starts with the initial balances, and one line is logged.
     */
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
                        "{} paper orders were restored; the bot was down for {}, and nothing was filled meanwhile",
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
            LOGGER.warn("The paper account starts with the initial balances and is not saved: {}", e.toString());
            return null;
        }
    }

    /** An operation on the engine, during which no other thread uses it. */
    @FunctionalInterface
    interface Call<T, E extends Exception> {
        T run(PaperEngine engine) throws E;
    }

    /** {@return the result of the call} Writes the changes to the journal before it returns. */
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
     * Performs the due actions.
     *
     * @return the time up to which actions were performed
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
