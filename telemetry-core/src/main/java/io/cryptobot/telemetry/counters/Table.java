package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.CountersFileLayout.CLEAN_EXIT_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.COUNTED_RUNS_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.DROPPED_SERIES_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.GENERATION_OFFSET;
import static io.cryptobot.telemetry.counters.CountersFileLayout.IN_USE;
import static io.cryptobot.telemetry.counters.CountersFileLayout.RESTARTS_OFFSET;

import io.cryptobot.telemetry.counters.CountersFileLayout.Geometry;
import io.cryptobot.telemetry.counters.CountersFileLayout.StoredDescriptor;
import io.cryptobot.telemetry.files.InstanceName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The writer's view of the bytes of a counters file, mapped or in private memory: finds and places records. Confined to
 * one thread at a time; the values themselves are written by any thread through a {@link Slot}.
 */
final class Table {
    private static final double CROWDED = 0.75;

    private final ByteBuffer buffer;
    private final Geometry geometry;
    private final Map<Descriptor.SeriesId, Integer> bySeries = new HashMap<>();
    private int used;
    private int valuesEnd;
    private boolean runCounted;

    private Table(ByteBuffer buffer, Geometry geometry) {
        this.buffer = buffer;
        this.geometry = geometry;
        this.valuesEnd = geometry.valuesOffset();
    }

    /** {@return a table over bytes with a checked header} It finds the records of an earlier run. */
    static Table over(ByteBuffer buffer, Geometry geometry) {
        Table table = new Table(buffer, geometry);
        table.used = CountersFileLayout.usedDescriptors(buffer, geometry);
        for (int index = 0; index < table.used; index++) {
            StoredDescriptor placed = table.read(index);
            if (placed != null) {
                table.valuesEnd = Math.max(table.valuesEnd, placed.valuesEnd());
                table.bySeries.put(placed.descriptor().seriesId(), index);
            }
        }
        return table;
    }

    /** {@return an empty table in private memory, which is not exported} */
    static Table inMemory(Geometry geometry, InstanceName instance, long nowMs) {
        // Direct, not heap: atomic access to a heap buffer throws from JDK 23 on.
        ByteBuffer buffer = ByteBuffer.allocateDirect(geometry.fileLength()).order(ByteOrder.nativeOrder());
        CountersFileLayout.writeHeader(buffer, geometry, instance, nowMs);
        return new Table(buffer, geometry);
    }

    ByteBuffer buffer() {
        return buffer;
    }

    Geometry geometry() {
        return geometry;
    }

    /**
     * {@return the place of a series; empty if it does not fit, which is counted} An equal series of an earlier run is
     * resumed. If type, scale or bounds have changed, the old series is retired and the new series begins at 0.
     */
    Optional<StoredDescriptor> place(Descriptor descriptor, long nowMs) {
        Integer known = bySeries.get(descriptor.seriesId());
        if (known != null) {
            StoredDescriptor placed = read(known);
            if (placed != null && placed.descriptor().resumes(descriptor)) {
                CountersFileLayout.setLastRun(buffer, known, countedRun());
                return Optional.of(placed);
            }
        }
        StoredDescriptor placed = new StoredDescriptor(descriptor, valuesEnd, nowMs);
        if (used == geometry.capacity()
                || placed.valuesEnd() > geometry.fileLength()
                || !CountersFileLayout.fits(descriptor)) {
            CountersFileLayout.add(buffer, DROPPED_SERIES_OFFSET, 1);
            return Optional.empty();
        }
        CountersFileLayout.add(buffer, GENERATION_OFFSET, 1);
        if (known != null) {
            CountersFileLayout.retire(buffer, known);
        }
        for (int offset = valuesEnd; offset < placed.valuesEnd(); offset += 8) {
            CountersFileLayout.set(buffer, offset, 0);
        }
        CountersFileLayout.setLastRun(buffer, used, countedRun());
        CountersFileLayout.writeDescriptor(buffer, used, placed);
        CountersFileLayout.add(buffer, GENERATION_OFFSET, 1);
        bySeries.put(descriptor.seriesId(), used);
        used++;
        valuesEnd = placed.valuesEnd();
        return Optional.of(placed);
    }

    /**
     * Marks this run as complete: from now on a series that it did not register can be removed. A run that was killed
     * before it registered its series does not count; otherwise a crash loop would remove series that the bot still
     * has.
     */
    void countRun() {
        if (!runCounted) {
            runCounted = true;
            CountersFileLayout.add(buffer, COUNTED_RUNS_OFFSET, 1);
            CountersFileLayout.add(buffer, GENERATION_OFFSET, 2); // makes readers check which series were removed
        }
    }

    /** Makes this process the owner. Also writes a heartbeat, so that a reader sees the new run at once. */
    void setOwner(long nowMs) {
        CountersFileLayout.set(
                buffer,
                CountersFileLayout.OWNER_PID_OFFSET,
                ProcessHandle.current().pid());
        CountersFileLayout.set(buffer, CountersFileLayout.OWNER_START_OFFSET, nowMs);
        CountersFileLayout.set(buffer, CLEAN_EXIT_OFFSET, 0);
        beat(nowMs);
    }

    /** Writes a heartbeat. */
    void beat(long nowMs) {
        CountersFileLayout.set(buffer, CountersFileLayout.HEARTBEAT_OFFSET, nowMs);
        CountersFileLayout.add(buffer, CountersFileLayout.HEARTBEAT_SEQUENCE_OFFSET, 1);
    }

    /** Counts a start of the bot after an earlier run, and clears the values that belong to that run only. */
    void countRestart() {
        if (CountersFileLayout.get(buffer, CLEAN_EXIT_OFFSET) == 0) {
            CountersFileLayout.add(buffer, CountersFileLayout.UNCLEAN_RESTARTS_OFFSET, 1);
        }
        CountersFileLayout.add(buffer, RESTARTS_OFFSET, 1);
        CountersFileLayout.set(buffer, CountersFileLayout.LOOP_OFFSET, 0);
        CountersFileLayout.set(buffer, DROPPED_SERIES_OFFSET, 0);
        forgetGauges();
    }

    /** Makes the generation even, because it stays odd if a writer is killed during a change. */
    void repairGeneration() {
        long generation = CountersFileLayout.get(buffer, GENERATION_OFFSET);
        CountersFileLayout.set(buffer, GENERATION_OFFSET, (generation | 1) + 1);
    }

    /** Sets the gauges and quantiles of an earlier run to unknown, because they are stale. */
    private void forgetGauges() {
        for (int index = 0; index < used; index++) {
            StoredDescriptor placed = read(index);
            if (placed == null) {
                continue;
            }
            for (int value = 0; value < placed.descriptor().valueCount(); value++) {
                if (placed.descriptor().isSet(value)) {
                    CountersFileLayout.set(
                            buffer, placed.valuesOffset() + 8 * value, Double.doubleToRawLongBits(Double.NaN));
                }
            }
        }
    }

    /**
     * Returns true if little space is left and retired records waste space: then the used records should be copied to a
     * new file.
     */
    boolean needsCompaction() {
        int live = 0;
        for (int index = 0; index < used; index++) {
            live += isCurrent(index) ? 1 : 0;
        }
        int room = geometry.fileLength() - geometry.valuesOffset();
        boolean crowded = used > CROWDED * geometry.capacity()
                || valuesEnd - geometry.valuesOffset() > CROWDED * room; // histograms need more space
        return live < used && crowded;
    }

    /** Copies the records of the last counted run with their values, and the counts of restarts. */
    void copyTo(Table other) {
        for (int offset = CountersFileLayout.OWNER_PID_OFFSET;
                offset < CountersFileLayout.LOOP_SEQUENCE_OFFSET;
                offset += 8) {
            CountersFileLayout.set(other.buffer, offset, CountersFileLayout.get(buffer, offset));
        }
        for (int index = 0; index < used; index++) {
            StoredDescriptor from = isCurrent(index) ? read(index) : null;
            if (from == null) {
                continue;
            }
            Slot.Target values = target(from);
            StoredDescriptor to =
                    other.place(from.descriptor(), from.createdMs()).orElse(null);
            if (to != null) {
                int copy = Objects.requireNonNull(
                        other.bySeries.get(from.descriptor().seriesId()));
                CountersFileLayout.setLastRun(other.buffer, copy, CountersFileLayout.lastRun(buffer, index));
                Slot.Target copied = other.target(to);
                for (int value = 0; value < from.descriptor().valueCount(); value++) {
                    copied.set(value, values.get(value));
                }
            }
        }
        for (int index = 0; index < CountersFileLayout.ERROR_CAPACITY; index++) {
            int to = CountersFileLayout.errorOffset(other.geometry, index);
            CountersFileLayout.readError(buffer, CountersFileLayout.errorOffset(geometry, index))
                    .ifPresent(error -> CountersFileLayout.writeError(other.buffer, to, error));
        }
    }

    private boolean isCurrent(int index) {
        return CountersFileLayout.state(buffer, index) == IN_USE
                && CountersFileLayout.lastRun(buffer, index) - countedRuns() >= 0;
    }

    /** {@return the target that a slot writes to} */
    Slot.Target target(StoredDescriptor placed) {
        return new Slot.Target(buffer, placed, run());
    }

    private long run() {
        return CountersFileLayout.get(buffer, RESTARTS_OFFSET);
    }

    private long countedRuns() {
        return CountersFileLayout.get(buffer, COUNTED_RUNS_OFFSET);
    }

    /** {@return the number of this run among the counted runs} */
    private long countedRun() {
        return countedRuns() + (runCounted ? 0 : 1);
    }

    private @Nullable StoredDescriptor read(int index) {
        if (CountersFileLayout.state(buffer, index) != IN_USE) {
            return null;
        }
        try {
            return CountersFileLayout.readDescriptor(buffer, geometry, index);
        } catch (CountersFileException e) {
            return null; // skip only this record; its place is not used again
        }
    }
}
