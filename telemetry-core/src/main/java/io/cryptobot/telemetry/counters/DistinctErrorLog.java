package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.ERROR_CAPACITY;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The last distinct errors of a bot. They are in its counters file, so they can be read after a crash. Errors with
 * equal text are counted in one entry. If all entries are used, the least recently seen error is replaced. The idea
 * comes from Aeron's DistinctErrorLog. Not thread-safe: guarded by the file.
 */
final class DistinctErrorLog {
    private final LongSupplier clockMs;
    /** Entries by text, sorted by the last occurrence, oldest first. */
    private final Map<String, Entry> entries = new LinkedHashMap<>(ERROR_CAPACITY, 0.75f, true);

    private record Entry(int index, DistinctError error) {}

    DistinctErrorLog(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    void record(Table table, String error) {
        String text =
                CountersFileLayout.errorText(error); // only the stored part of the text can be compared after a restart
        long nowMs = clockMs.getAsLong();
        Entry known = entries.get(text);
        DistinctError present = known == null
                ? new DistinctError(text, 1, nowMs, nowMs)
                : new DistinctError(
                        text, known.error().count() + 1, known.error().firstMs(), nowMs);
        int index = known == null ? freeIndex() : known.index();
        entries.put(text, new Entry(index, present));
        int offset = CountersFileLayout.errorOffset(table.geometry(), index);
        if (known == null) {
            CountersFileLayout.writeError(table.buffer(), offset, present);
        } else {
            CountersFileLayout.countError(table.buffer(), offset, nowMs);
        }
    }

    private int freeIndex() {
        if (entries.size() == ERROR_CAPACITY) {
            entries.remove(entries.keySet().iterator().next());
        }
        BitSet taken = new BitSet(ERROR_CAPACITY);
        entries.values().forEach(entry -> taken.set(entry.index()));
        return taken.nextClearBit(0);
    }

    /**
     * Moves the log to another table. Errors of an earlier run in that table are kept; the counts of equal errors are
     * added.
     */
    void moveTo(Table other) {
        List<DistinctError> mine = errors();
        entries.clear();
        found(other).forEach(entry -> entries.put(entry.error().text(), entry));
        for (DistinctError error : mine) {
            Entry known = entries.get(error.text());
            DistinctError sum = known == null
                    ? error
                    : new DistinctError(
                            error.text(),
                            known.error().count() + error.count(),
                            known.error().firstMs(),
                            error.lastMs());
            int index = known == null ? freeIndex() : known.index();
            entries.put(error.text(), new Entry(index, sum));
            CountersFileLayout.writeError(other.buffer(), CountersFileLayout.errorOffset(other.geometry(), index), sum);
        }
    }

    /** {@return the errors of a table, oldest first} */
    private static List<Entry> found(Table table) {
        List<Entry> found = new ArrayList<>();
        for (int index = 0; index < ERROR_CAPACITY; index++) {
            int place = index;
            CountersFileLayout.readError(table.buffer(), CountersFileLayout.errorOffset(table.geometry(), index))
                    .ifPresent(error -> found.add(new Entry(place, error)));
        }
        found.sort(Comparator.comparingLong(entry -> entry.error().lastMs()));
        return found;
    }

    private List<DistinctError> errors() {
        return entries.values().stream().map(Entry::error).toList();
    }
}
