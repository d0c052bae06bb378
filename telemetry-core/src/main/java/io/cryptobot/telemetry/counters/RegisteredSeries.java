package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.SHARED_STRIPE;

import io.cryptobot.telemetry.counters.CountersFileLayout.StoredDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The registered series of a counters file. Moves their values from one table to another while threads count. Confined
 * to one thread at a time; the slots themselves are thread-safe.
 */
final class RegisteredSeries {
    private static final int BEATS_UNTIL_FORGOTTEN = 8;

    private final LongSupplier clockMs;
    private final Runnable onFault;
    private final Stripes stripes = new Stripes();
    private final List<Entry> entries = new ArrayList<>();
    private final List<RetiredValues> retired = new ArrayList<>();

    /** @param onFault see {@link Slot} */
    RegisteredSeries(LongSupplier clockMs, Runnable onFault) {
        this.clockMs = clockMs;
        this.onFault = onFault;
    }

    /** How values are moved to another table. */
    enum CopyMode {
        /** The current values; they are the total count. */
        TOTALS,
        /**
         * Like {@link #TOTALS}, but with the values of the last heartbeat, because the current values cannot be read.
         */
        TOTALS_OF_LAST_BEAT,
        /** The current values; they were counted since the start and are added to the values of an earlier run. */
        INCREMENTS
    }

    /** A series with its values at the last heartbeat. */
    private static final class Entry {
        final Descriptor descriptor;
        final Slot slot;
        long[] lastKnown;

        Entry(Descriptor descriptor, Slot slot, long[] lastKnown) {
            this.descriptor = descriptor;
            this.slot = slot;
            this.lastKnown = lastKnown;
        }
    }

    /** Values in the old table, to which a delayed thread may still write. */
    private static final class RetiredValues {
        final Entry series;
        final Slot.Target target;
        long[] taken;
        int beatsLeft = BEATS_UNTIL_FORGOTTEN;

        RetiredValues(Entry series, Slot.Target target, long[] taken) {
            this.series = series;
            this.target = target;
            this.taken = taken;
        }

        /** Adds late increments to the new slot. Returns true if this object can be dropped. */
        boolean addLateIncrements() {
            long[] values;
            try {
                values = read(target, series.descriptor);
            } catch (InternalError e) {
                return true; // the old file is truncated by now
            }
            for (int index = 0; index < values.length; index++) {
                if (!series.descriptor.isSet(index)) {
                    series.slot.add(index, values[index] - taken[index]);
                }
            }
            taken = values;
            return --beatsLeft == 0;
        }
    }

    /** {@return the slot of a series, always the same object} */
    Slot register(Table table, Descriptor descriptor) {
        for (Entry known : entries) {
            if (known.descriptor.equals(descriptor)) {
                return known.slot;
            }
        }
        Slot.Target target = target(table, descriptor);
        Slot slot = new Slot(target, stripes, onFault);
        entries.add(new Entry(descriptor, slot, read(target, descriptor)));
        return slot;
    }

    /**
     * Adds the increments that delayed threads have written to an old table, and releases the stripes of ended threads.
     */
    void addLateIncrements() {
        retired.removeIf(RetiredValues::addLateIncrements);
        stripes.releaseStripesOfEndedThreads();
    }

    /**
     * Keeps a copy of the values, so that at most the counts of one heartbeat are lost if the file is truncated.
     *
     * @param isWhole called after the values were read; if it returns false, the values may be wrong and are ignored
     */
    void remember(BooleanSupplier isWhole) {
        List<long[]> values = new ArrayList<>(entries.size());
        for (Entry series : entries) {
            values.add(read(series.slot.target(), series.descriptor));
        }
        if (isWhole.getAsBoolean()) {
            for (int index = 0; index < values.size(); index++) {
                entries.get(index).lastKnown = values.get(index);
            }
        }
    }

    /**
     * Moves every slot to another table. Threads that already hold the old target may still write to it for a moment;
     * the next calls of {@link #addLateIncrements} add what they write.
     */
    void moveTo(Table next, CopyMode mode) {
        boolean readable = mode != CopyMode.TOTALS_OF_LAST_BEAT;
        for (Entry series : entries) {
            Slot.Target from = series.slot.target();
            Slot.Target to = target(next, series.descriptor);
            long[] values = readable ? read(from, series.descriptor) : series.lastKnown;
            for (int index = 0; index < values.length; index++) {
                if (series.descriptor.isSet(index)) {
                    to.set(index, values[index]);
                } else {
                    // no thread counts there yet, so the values of an earlier run can be subtracted
                    long left = mode == CopyMode.INCREMENTS ? 0 : to.get(index);
                    to.add(index, values[index] - left, SHARED_STRIPE);
                }
            }
            series.slot.moveTo(to);
            if (readable) {
                retired.add(new RetiredValues(series, from, values));
            }
        }
    }

    private static long[] read(Slot.Target target, Descriptor descriptor) {
        long[] values = new long[descriptor.valueCount()];
        for (int index = 0; index < values.length; index++) {
            values[index] = target.get(index);
        }
        return values;
    }

    /** {@return the target for a series in a table; in private memory if the series does not fit} */
    private Slot.Target target(Table table, Descriptor descriptor) {
        return table.place(descriptor, clockMs.getAsLong()).map(table::target).orElseGet(() -> {
            StoredDescriptor alone = new StoredDescriptor(descriptor, 0, clockMs.getAsLong());
            ByteBuffer own = ByteBuffer.allocateDirect(alone.valuesEnd()).order(ByteOrder.nativeOrder());
            return new Slot.Target(own, alone, 0);
        });
    }
}
