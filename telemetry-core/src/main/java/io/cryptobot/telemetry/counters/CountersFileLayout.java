package io.cryptobot.telemetry.counters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import io.cryptobot.telemetry.files.InstanceName;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The format of a counters file, version 1. Numbers are in the byte order of the machine that made the file; the
 * byte-order mark shows a reader that its own byte order differs. Every 64-bit value is aligned to 8 bytes and is
 * accessed atomically; values that different threads write are at least 128 bytes apart (two cache lines, because of
 * the adjacent-line prefetch).
 *
 * <p>Counters and histograms have stripes; the value is the sum of all stripes. Any thread may add to stripe 0. There
 * are also two sets of {@value #OWN_STRIPES} private stripes; each private stripe has one writing thread. Odd and even
 * runs use different sets, so a late write of the last run cannot overwrite the counts of the next run.
 *
 * <pre>
 *      0  i64 magic "CBCNTRS1"         | header, static from the moment that the version is set
 *      8  i32 format version; written last, 0 while the file is being created
 *     12  i32 CRC-32C of the bytes 16 to 255
 *     16  i32 byte-order mark 0x01020304
 *     20  i32 descriptor capacity n
 *     24  i64 length of the file
 *     32  i64 offset of the errors: 640 + 512 n
 *     40  i64 offset of the values: 640 + 512 n + 16384
 *     48  i64 created, Unix time in ms
 *     56  i32 length of the instance name
 *     64  instance name, UTF-8, at most 64 bytes
 *    256  i64 generation             | grows by 2 with each change of the table; odd during a change
 *    264  i64 series that did not fit in the present run
 *    272  i64 1 when another file has taken this one's place, else 0
 *    384  i64 process id             | owner
 *    392  i64 opened by the owner, Unix time in ms
 *    400  i64 restarts: times that a process resumed this file; the number of the present run
 *    408  i64 unclean restarts
 *    416  i64 heartbeat sequence
 *    424  i64 last heartbeat, Unix time in ms
 *    432  i64 1 after a clean close, else 0
 *    440  i64 counted runs: runs that lasted 20 heartbeats or ended cleanly
 *    512  i64 trading-loop sequence  | written by the trading thread
 *    520  i64 last iteration of the trading loop, Unix time in ms; 0 when the bot does not report it
 *    640  n descriptors, 512 bytes each; the first free one ends the list
 *         0  i32 state: 0 free, 1 in use, 2 retired; published last
 *         4  i32 CRC-32C of the bytes 8 to 8 + static length
 *         8  i32 static length
 *        12  i32 type: 1 counter, 2 gauge, 3 histogram, 4 summary
 *        16  i64 offset of the record's values in the file
 *        24  i64 scale: raw units per exported unit
 *        32  i64 created, Unix time in ms
 *        40  i32 number of bounds
 *        44  i32 number of labels
 *        48  i64 fingerprint: FNV-1a over type, scale, bounds, name and labels
 *        56  f64 bounds, then texts: name, help, (label name, label value) pairs;
 *            each text is a u16 length and UTF-8 bytes
 *       504  i64 number of the last counted run that registered the record; not covered by the checksum
 *  errors 32 entries, 512 bytes each: the last distinct errors
 *         0  i32 state: 0 free, 1 in use; published last
 *         4  i32 CRC-32C of the bytes 32 to 34 + text length
 *         8  i64 count
 *        16  i64 first time, Unix time in ms
 *        24  i64 last time, Unix time in ms
 *        32  u16 length of the text and its UTF-8 bytes
 *  values per record: gauge and summary 1 stripe; counter and histogram 7 stripes: all threads share 0; 1 to 3 (runs with an
 *         even number) or 4 to 6 (runs with an odd number) belong to one thread each
 *         stripe, 128-byte aligned: counter i64 count; gauge f64; histogram i64 per bucket (not cumulative, the last one is
 *         +Inf) and i64 sum in raw units; summary f64 per quantile and i64 count
 * </pre>
 *
 * Stateless; thread-safe.
 */
@Internal
public final class CountersFileLayout {
    /** The version this class reads and writes. */
    public static final int VERSION = 1;
    /** Distance in bytes between values that different threads write. */
    public static final int ALIGNMENT = 128;

    static final long MAGIC = 0x4342434E54525331L;
    static final int BYTE_ORDER_MARK = 0x01020304;

    /** The stripe that any thread adds to. */
    static final int SHARED_STRIPE = 0;
    /** Maximum number of threads with a private stripe in one run. */
    static final int OWN_STRIPES = 3;

    private static final int STRIPES = 1 + 2 * OWN_STRIPES;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int HEADER_CRC_OFFSET = 12;
    static final int BYTE_ORDER_MARK_OFFSET = 16;
    static final int CAPACITY_OFFSET = 20;
    static final int FILE_LENGTH_OFFSET = 24;
    static final int ERRORS_OFFSET_OFFSET = 32;
    static final int VALUES_OFFSET_OFFSET = 40;
    static final int CREATED_OFFSET = 48;
    static final int INSTANCE_LENGTH_OFFSET = 56;
    static final int INSTANCE_OFFSET = 64;
    static final int HEADER_LENGTH = 256;

    static final int GENERATION_OFFSET = HEADER_LENGTH;
    static final int DROPPED_SERIES_OFFSET = GENERATION_OFFSET + 8;
    static final int SUPERSEDED_OFFSET = GENERATION_OFFSET + 16;

    static final int OWNER_PID_OFFSET = GENERATION_OFFSET + ALIGNMENT;
    static final int OWNER_START_OFFSET = OWNER_PID_OFFSET + 8;
    static final int RESTARTS_OFFSET = OWNER_PID_OFFSET + 16;
    static final int UNCLEAN_RESTARTS_OFFSET = OWNER_PID_OFFSET + 24;
    static final int HEARTBEAT_SEQUENCE_OFFSET = OWNER_PID_OFFSET + 32;
    static final int HEARTBEAT_OFFSET = OWNER_PID_OFFSET + 40;
    static final int CLEAN_EXIT_OFFSET = OWNER_PID_OFFSET + 48;
    static final int COUNTED_RUNS_OFFSET = OWNER_PID_OFFSET + 56;

    static final int LOOP_SEQUENCE_OFFSET = OWNER_PID_OFFSET + ALIGNMENT;
    static final int LOOP_OFFSET = LOOP_SEQUENCE_OFFSET + 8;

    static final int DESCRIPTORS_OFFSET = LOOP_SEQUENCE_OFFSET + ALIGNMENT;
    static final int DESCRIPTOR_LENGTH = 512;
    static final int ERROR_CAPACITY = 32;
    static final int ERROR_LENGTH = 512;

    static final int FREE = 0;
    static final int IN_USE = 1;
    static final int RETIRED = 2;

    private static final int STATE = 0;
    private static final int CRC = 4;
    private static final int STATIC = 8;
    private static final int TYPE = 12;
    private static final int RECORD_VALUES_OFFSET = 16;
    private static final int SCALE = 24;
    private static final int RECORD_CREATED = 32;
    private static final int BOUND_COUNT = 40;
    private static final int LABEL_COUNT = 44;
    private static final int FINGERPRINT = 48;
    private static final int BOUNDS = 56;
    private static final int LAST_RUN = 504;
    private static final int STATIC_MAX_LENGTH = LAST_RUN - STATIC;

    private static final int ERROR_STATE = 0;
    private static final int ERROR_CRC = 4;
    private static final int ERROR_COUNT = 8;
    private static final int ERROR_FIRST = 16;
    private static final int ERROR_LAST = 24;
    private static final int ERROR_TEXT = 32;
    private static final int ERROR_TEXT_MAX_LENGTH = ERROR_LENGTH - ERROR_TEXT - 2;

    private static final List<MetricType> TYPES =
            List.of(MetricType.COUNTER, MetricType.GAUGE, MetricType.HISTOGRAM, MetricType.SUMMARY);

    static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private CountersFileLayout() {}

    /**
     * The sizes of a file, computed from its capacity. Immutable.
     *
     * @param capacity the maximum number of series
     */
    public record Geometry(int capacity) {
        /** The default size: 159 series in 256 KiB. */
        public static final Geometry DEFAULT = new Geometry(159);

        private static final int MIN_CAPACITY = 64;
        private static final int MAX_CAPACITY = 16_383;
        private static final int PAGE = 4096;
        /** The average size of the values of a series: a counter needs less, a histogram more. */
        private static final int VALUES_PER_SERIES = 1024;

        public Geometry {
            if (!isValid(capacity)) {
                throw new IllegalArgumentException(
                        "capacity must be " + MIN_CAPACITY + " to " + MAX_CAPACITY + " series, was " + capacity);
            }
        }

        static boolean isValid(int capacity) {
            return capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY;
        }

        int errorsOffset() {
            return DESCRIPTORS_OFFSET + capacity * DESCRIPTOR_LENGTH;
        }

        int valuesOffset() {
            return errorsOffset() + ERROR_CAPACITY * ERROR_LENGTH;
        }

        /** {@return the file's length in bytes, in whole pages} */
        public int fileLength() {
            int length = valuesOffset() + capacity * VALUES_PER_SERIES;
            return (length + PAGE - 1) & -PAGE;
        }
    }

    /** A descriptor as it is stored in a file, with the place of its values. */
    record StoredDescriptor(Descriptor descriptor, int valuesOffset, long createdMs) {
        /** {@return the number of stripes; gauges and summaries have one stripe} */
        int stripes() {
            return descriptor.type() == MetricType.COUNTER || descriptor.type() == MetricType.HISTOGRAM ? STRIPES : 1;
        }

        /** {@return the distance in bytes between two stripes} */
        int stripeLength() {
            return align(8 * descriptor.valueCount());
        }

        /** {@return the offset behind the record's values} */
        int valuesEnd() {
            return valuesOffset + stripes() * stripeLength();
        }
    }

    static int descriptorOffset(int index) {
        return DESCRIPTORS_OFFSET + index * DESCRIPTOR_LENGTH;
    }

    static int align(int offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** {@return the number of the first private stripe of a run} */
    static int firstOwnStripe(long run) {
        return 1 + OWN_STRIPES * (int) Math.floorMod(run, 2L);
    }

    static long get(ByteBuffer file, int offset) {
        return (long) LONGS.getVolatile(file, offset);
    }

    static void set(ByteBuffer file, int offset, long value) {
        LONGS.setVolatile(file, offset, value);
    }

    /**
     * Adds to a value that has one writing thread at a time. Uses a load and a store: on a truncated file they throw an
     * {@link InternalError}, while an atomic addition in the interpreter of JDK 17 ends the whole VM.
     */
    static void add(ByteBuffer file, int offset, long delta) {
        set(file, offset, get(file, offset) + delta);
    }

    /** Writes the header of a new file. The version is written last and makes the file readable. */
    static void writeHeader(ByteBuffer file, Geometry geometry, InstanceName instance, long createdMs) {
        byte[] name = instance.value().getBytes(UTF_8);
        file.putLong(MAGIC_OFFSET, MAGIC);
        file.putInt(BYTE_ORDER_MARK_OFFSET, BYTE_ORDER_MARK);
        file.putInt(CAPACITY_OFFSET, geometry.capacity());
        file.putLong(FILE_LENGTH_OFFSET, geometry.fileLength());
        file.putLong(ERRORS_OFFSET_OFFSET, geometry.errorsOffset());
        file.putLong(VALUES_OFFSET_OFFSET, geometry.valuesOffset());
        file.putLong(CREATED_OFFSET, createdMs);
        file.putInt(INSTANCE_LENGTH_OFFSET, name.length);
        file.put(INSTANCE_OFFSET, name);
        file.putInt(HEADER_CRC_OFFSET, crc(file, BYTE_ORDER_MARK_OFFSET, HEADER_LENGTH));
        INTS.setRelease(file, VERSION_OFFSET, VERSION);
    }

    /**
     * {@return a copy of the header, filled with zeros if the file is shorter} It reads the file and does not map it,
     * because a mapping stays until the next garbage collection and a bad file is checked at every scrape.
     */
    static ByteBuffer readHeader(FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocateDirect(DESCRIPTORS_OFFSET).order(ByteOrder.nativeOrder());
        int read = 0;
        while (read >= 0 && header.hasRemaining()) {
            read = channel.read(header, header.position());
        }
        return header.clear();
    }

    /**
     * Checks that the bytes are a counters file of this version and of this bot.
     *
     * @param instance null to accept the file of any bot
     * @return the sizes of the file
     * @throws CountersFileException with the first problem that was found
     */
    static Geometry checkHeader(ByteBuffer header, long lengthBytes, @Nullable InstanceName instance, Object where)
            throws CountersFileException {
        require(lengthBytes >= DESCRIPTORS_OFFSET, Reason.TRUNCATED, where, "has only " + lengthBytes + " bytes");
        int version = (int) INTS.getAcquire(header, VERSION_OFFSET);
        long magic = header.getLong(MAGIC_OFFSET);
        require(magic != 0 || version != 0, Reason.NOT_READY, where, "is still being created");
        require(
                magic != Long.reverseBytes(MAGIC),
                Reason.FOREIGN,
                where,
                "was made on a machine of another byte order");
        require(magic == MAGIC, Reason.FOREIGN, where, "is not a counters file");
        require(version != 0, Reason.NOT_READY, where, "is still being created");
        require(
                version == VERSION,
                Reason.VERSION,
                where,
                "has format version " + version + ", this program knows " + VERSION);
        require(
                header.getInt(HEADER_CRC_OFFSET) == crc(header, BYTE_ORDER_MARK_OFFSET, HEADER_LENGTH),
                Reason.CORRUPT,
                where,
                "has a damaged header (checksum)");
        int capacity = header.getInt(CAPACITY_OFFSET);
        require(
                header.getInt(BYTE_ORDER_MARK_OFFSET) == BYTE_ORDER_MARK
                        && Geometry.isValid(capacity)
                        && header.getLong(FILE_LENGTH_OFFSET) == new Geometry(capacity).fileLength()
                        && header.getLong(ERRORS_OFFSET_OFFSET) == new Geometry(capacity).errorsOffset()
                        && header.getLong(VALUES_OFFSET_OFFSET) == new Geometry(capacity).valuesOffset(),
                Reason.CORRUPT,
                where,
                "has a header whose numbers do not fit version " + VERSION);
        Geometry geometry = new Geometry(capacity);
        require(
                lengthBytes == geometry.fileLength(),
                Reason.TRUNCATED,
                where,
                "has " + lengthBytes + " bytes instead of " + geometry.fileLength());
        String owner = instanceName(header);
        require(
                instance == null || owner.equals(instance.value()),
                Reason.FOREIGN,
                where,
                "belongs to the bot '" + owner + "', not to '" + instance + "'");
        return geometry;
    }

    /** {@return the name in a header; it may be invalid} */
    static String instanceName(ByteBuffer header) {
        int length = Math.max(0, Math.min(header.getInt(INSTANCE_LENGTH_OFFSET), HEADER_LENGTH - INSTANCE_OFFSET));
        byte[] name = new byte[length];
        header.get(INSTANCE_OFFSET, name);
        return new String(name, UTF_8);
    }

    private static void require(boolean valid, Reason reason, Object where, String what) throws CountersFileException {
        if (!valid) {
            throw new CountersFileException(reason, where + " " + what);
        }
    }

    /** Returns true if a record of this descriptor fits into {@value #DESCRIPTOR_LENGTH} bytes. */
    static boolean fits(Descriptor descriptor) {
        return staticLength(descriptor) <= STATIC_MAX_LENGTH;
    }

    private static int staticLength(Descriptor descriptor) {
        int length = BOUNDS - STATIC + 8 * descriptor.bounds().size();
        length += 2 + utf8(descriptor.name()).length + 2 + utf8(descriptor.help()).length;
        for (Map.Entry<String, String> label : descriptor.labels().entrySet()) {
            length += 2 + utf8(label.getKey()).length + 2 + utf8(label.getValue()).length;
        }
        return length;
    }

    /** Writes a descriptor that {@link #fits}. The state is written last, because it makes the descriptor readable. */
    static void writeDescriptor(ByteBuffer file, int index, StoredDescriptor placed) {
        Descriptor descriptor = placed.descriptor();
        int start = descriptorOffset(index);
        int staticLength = staticLength(descriptor);
        ByteBuffer record = file.duplicate().order(ByteOrder.nativeOrder());
        record.putInt(start + STATIC, staticLength);
        record.putInt(start + TYPE, TYPES.indexOf(descriptor.type()) + 1);
        record.putLong(start + RECORD_VALUES_OFFSET, placed.valuesOffset());
        record.putLong(start + SCALE, descriptor.scale());
        record.putLong(start + RECORD_CREATED, placed.createdMs());
        record.putInt(start + BOUND_COUNT, descriptor.bounds().size());
        record.putInt(start + LABEL_COUNT, descriptor.labels().size());
        record.putLong(start + FINGERPRINT, descriptor.fingerprint());
        record.position(start + BOUNDS);
        descriptor.bounds().forEach(record::putDouble);
        putText(record, descriptor.name());
        putText(record, descriptor.help());
        descriptor.labels().forEach((name, value) -> {
            putText(record, name);
            putText(record, value);
        });
        record.putInt(start + CRC, crc(file, start + STATIC, start + STATIC + staticLength));
        INTS.setRelease(file, start + STATE, IN_USE);
    }

    static long fingerprint(ByteBuffer file, int index) {
        return get(file, descriptorOffset(index) + FINGERPRINT);
    }

    static long lastRun(ByteBuffer file, int index) {
        return get(file, descriptorOffset(index) + LAST_RUN);
    }

    static void setLastRun(ByteBuffer file, int index, long run) {
        set(file, descriptorOffset(index) + LAST_RUN, run);
    }

    static void retire(ByteBuffer file, int index) {
        INTS.setRelease(file, descriptorOffset(index) + STATE, RETIRED);
    }

    /** {@return the number of descriptors before the first free descriptor} */
    static int usedDescriptors(ByteBuffer file, Geometry geometry) {
        int used = 0;
        while (used < geometry.capacity() && state(file, used) != FREE) {
            used++;
        }
        return used;
    }

    static int state(ByteBuffer file, int index) {
        return (int) INTS.getAcquire(file, descriptorOffset(index) + STATE);
    }

    /**
     * Reads a descriptor in use and trusts none of its bytes.
     *
     * @throws CountersFileException {@link Reason#CORRUPT} if any part of it is wrong
     */
    static StoredDescriptor readDescriptor(ByteBuffer file, Geometry geometry, int index) throws CountersFileException {
        int start = descriptorOffset(index);
        try {
            int staticLength = file.getInt(start + STATIC);
            if (staticLength < BOUNDS - STATIC || staticLength > STATIC_MAX_LENGTH) {
                throw new IllegalArgumentException("length " + staticLength);
            }
            int end = start + STATIC + staticLength;
            if (file.getInt(start + CRC) != crc(file, start + STATIC, end)) {
                throw new IllegalArgumentException("checksum");
            }
            ByteBuffer record = file.duplicate().order(ByteOrder.nativeOrder());
            record.limit(end).position(start + BOUNDS);
            List<Double> bounds = new ArrayList<>();
            for (int left = record.getInt(start + BOUND_COUNT); left > 0; left--) {
                bounds.add(record.getDouble());
            }
            String name = getText(record);
            String help = getText(record);
            SortedMap<String, String> labels = new TreeMap<>();
            for (int left = record.getInt(start + LABEL_COUNT); left > 0; left--) {
                labels.put(getText(record), getText(record));
            }
            MetricType type = TYPES.get(record.getInt(start + TYPE) - 1);
            Descriptor descriptor = new Descriptor(name, type, help, labels, record.getLong(start + SCALE), bounds);
            if (record.getLong(start + FINGERPRINT) != descriptor.fingerprint()) {
                throw new IllegalArgumentException("fingerprint");
            }
            long valuesOffset = record.getLong(start + RECORD_VALUES_OFFSET);
            if (valuesOffset < geometry.valuesOffset()
                    || valuesOffset % ALIGNMENT != 0
                    || valuesOffset > geometry.fileLength()) {
                throw new IllegalArgumentException("values at " + valuesOffset);
            }
            StoredDescriptor placed =
                    new StoredDescriptor(descriptor, (int) valuesOffset, record.getLong(start + RECORD_CREATED));
            if (placed.valuesEnd() > geometry.fileLength()) {
                throw new IllegalArgumentException("values to " + placed.valuesEnd());
            }
            return placed;
        } catch (RuntimeException | CharacterCodingException e) {
            throw new CountersFileException(Reason.CORRUPT, "record " + index + " is damaged: " + e.getMessage(), e);
        }
    }

    static int errorOffset(Geometry geometry, int index) {
        return geometry.errorsOffset() + index * ERROR_LENGTH;
    }

    /** Overwrites an entry with an error. The state is written last, because it makes the entry readable. */
    static void writeError(ByteBuffer file, int start, DistinctError error) {
        byte[] text = truncated(error.text());
        INTS.setVolatile(file, start + ERROR_STATE, FREE);
        set(file, start + ERROR_COUNT, error.count());
        set(file, start + ERROR_FIRST, error.firstMs());
        set(file, start + ERROR_LAST, error.lastMs());
        file.putShort(start + ERROR_TEXT, (short) text.length);
        file.put(start + ERROR_TEXT + 2, text);
        file.putInt(start + ERROR_CRC, crc(file, start + ERROR_TEXT, start + ERROR_TEXT + 2 + text.length));
        INTS.setRelease(file, start + ERROR_STATE, IN_USE);
    }

    static void countError(ByteBuffer file, int start, long nowMs) {
        add(file, start + ERROR_COUNT, 1);
        set(file, start + ERROR_LAST, nowMs);
    }

    /** {@return the error of an entry; empty if the entry is free, being written, or damaged} */
    static Optional<DistinctError> readError(ByteBuffer file, int start) {
        int length = Short.toUnsignedInt(file.getShort(start + ERROR_TEXT));
        if ((int) INTS.getAcquire(file, start + ERROR_STATE) != IN_USE
                || length > ERROR_TEXT_MAX_LENGTH
                || file.getInt(start + ERROR_CRC) != crc(file, start + ERROR_TEXT, start + ERROR_TEXT + 2 + length)) {
            return Optional.empty();
        }
        byte[] text = new byte[length];
        file.get(start + ERROR_TEXT + 2, text);
        return Optional.of(new DistinctError(
                new String(text, UTF_8),
                get(file, start + ERROR_COUNT),
                get(file, start + ERROR_FIRST),
                get(file, start + ERROR_LAST)));
    }

    /** {@return the part of the text that fits into an entry} */
    static String errorText(String text) {
        return new String(truncated(text), UTF_8);
    }

    /** Cuts the text to the UTF-8 bytes that fit an entry; a character that would be cut in two is left out. */
    private static byte[] truncated(String text) {
        byte[] bytes = utf8(text);
        int length = Math.min(bytes.length, ERROR_TEXT_MAX_LENGTH);
        while (length < bytes.length && length > 0 && (bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /**
     * Computes the checksum of a copy and not of the mapping. If the file is truncated meanwhile, copying throws an
     * error in Java, but the native checksum routine would crash the VM.
     */
    private static int crc(ByteBuffer file, int from, int to) {
        byte[] copy = new byte[to - from];
        file.get(from, copy);
        CRC32C crc = new CRC32C();
        crc.update(copy);
        return (int) crc.getValue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static void putText(ByteBuffer record, String text) {
        byte[] bytes = utf8(text);
        record.putShort((short) bytes.length).put(bytes);
    }

    private static String getText(ByteBuffer record) throws CharacterCodingException {
        int length = Short.toUnsignedInt(record.getShort());
        ByteBuffer bytes = record.slice(record.position(), length);
        record.position(record.position() + length);
        return UTF_8.newDecoder().decode(bytes).toString();
    }
}
