package io.cryptobot.telemetry.counters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.telemetry.MetricType;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The format of a counters file, version 1. Numbers are in the byte order of the machine that made the file; the mark
 * tells a reader of another order. Every 64-bit value is aligned to 8 bytes and is accessed atomically; what different
 * threads write stands at least 128 bytes apart (two cache lines, because of the adjacent-line prefetch).
 *
 * <pre>
 *      0  i64 magic "CBCNTRS1"         | header, static from the moment that the version is set
 *      8  i32 format version; written last, 0 while the file is being created
 *     12  i32 CRC-32C of the bytes 16 to 255
 *     16  i32 byte-order mark 0x01020304
 *     20  i32 descriptor capacity
 *     24  i64 length of the file
 *     32  i64 offset of the values
 *     40  i64 length of the values
 *     48  i64 created, Unix time in ms
 *     56  i32 length of the instance name
 *     64  instance name, UTF-8, at most 64 bytes
 *    256  i64 generation: grows by 2 with every change of the descriptors, odd during the change
 *    264  i64 series that did not fit
 *    384  i64 process id of the owner  | owner line
 *    392  i64 opened by the owner, Unix time in ms
 *    400  i64 restarts
 *    408  i64 unclean restarts
 *    416  i64 heartbeat sequence
 *    424  i64 last heartbeat, Unix time in ms
 *    432  i64 1 after an orderly close, else 0
 *    512  descriptors, 512 bytes each; the first free one ends the list
 *         0  i32 state: 0 free, 1 in use, 2 retired; published last
 *         4  i32 CRC-32C of the bytes 8 to 8 + static length
 *         8  i32 static length
 *        12  i32 type: 1 counter, 2 gauge, 3 histogram
 *        16  i64 offset of the record's values in the file
 *        24  i64 scale: raw units per exported unit
 *        32  i64 created, Unix time in ms
 *        40  i32 number of bounds
 *        44  i32 number of labels
 *        48  f64 bounds, then texts: name, help, (label name, label value) pairs;
 *            each text is a u16 length and UTF-8 bytes
 *  values  128-byte aligned: counter i64 count; gauge f64; histogram i64 per bucket (not cumulative, the
 *          last one is +Inf) and an i64 sum in raw units
 * </pre>
 *
 * Stateless; thread-safe.
 */
public final class CountersFileLayout {
    /** The version this class reads and writes. */
    public static final int VERSION = 1;
    /** Length of every file of this version in bytes; files never grow or shrink. */
    public static final int FILE_LENGTH = 256 * 1024;
    /** The most series that a file can hold. */
    public static final int DESCRIPTOR_CAPACITY = 256;
    /** Distance in bytes between values that different threads write. */
    public static final int ALIGNMENT = 128;

    static final long MAGIC = 0x4342434E54525331L;
    static final int BYTE_ORDER_MARK = 0x01020304;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int HEADER_CRC_OFFSET = 12;
    static final int BYTE_ORDER_MARK_OFFSET = 16;
    static final int DESCRIPTOR_CAPACITY_OFFSET = 20;
    static final int FILE_LENGTH_OFFSET = 24;
    static final int VALUES_OFFSET_OFFSET = 32;
    static final int VALUES_LENGTH_OFFSET = 40;
    static final int CREATED_OFFSET = 48;
    static final int INSTANCE_LENGTH_OFFSET = 56;
    static final int INSTANCE_OFFSET = 64;
    static final int HEADER_LENGTH = 256;

    static final int GENERATION_OFFSET = HEADER_LENGTH;
    static final int DROPPED_SERIES_OFFSET = GENERATION_OFFSET + 8;

    static final int OWNER_PID_OFFSET = GENERATION_OFFSET + ALIGNMENT;
    static final int OWNER_START_OFFSET = OWNER_PID_OFFSET + 8;
    static final int RESTARTS_OFFSET = OWNER_PID_OFFSET + 16;
    static final int UNCLEAN_RESTARTS_OFFSET = OWNER_PID_OFFSET + 24;
    static final int HEARTBEAT_SEQUENCE_OFFSET = OWNER_PID_OFFSET + 32;
    static final int HEARTBEAT_OFFSET = OWNER_PID_OFFSET + 40;
    static final int CLEAN_EXIT_OFFSET = OWNER_PID_OFFSET + 48;

    static final int DESCRIPTORS_OFFSET = OWNER_PID_OFFSET + ALIGNMENT;
    static final int DESCRIPTOR_LENGTH = 512;
    static final int VALUES_OFFSET = DESCRIPTORS_OFFSET + DESCRIPTOR_CAPACITY * DESCRIPTOR_LENGTH;
    static final int VALUES_LENGTH = FILE_LENGTH - VALUES_OFFSET;

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
    private static final int BOUNDS = 48;

    private static final List<MetricType> TYPES = List.of(MetricType.COUNTER, MetricType.GAUGE, MetricType.HISTOGRAM);

    static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private CountersFileLayout() {}

    /** A descriptor as it stands in a file. */
    record Placed(Descriptor descriptor, int valuesOffset, long createdMs) {
        /** {@return the offset behind the record's values, aligned} */
        int valuesEnd() {
            return align(valuesOffset + 8 * descriptor.valueCount());
        }
    }

    static int descriptorOffset(int index) {
        return DESCRIPTORS_OFFSET + index * DESCRIPTOR_LENGTH;
    }

    static int align(int offset) {
        return (offset + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Writes the header of a new file; the version, which makes the file readable, comes last. */
    static void writeHeader(ByteBuffer file, InstanceName instance, long createdMs) {
        byte[] name = instance.value().getBytes(UTF_8);
        file.putLong(MAGIC_OFFSET, MAGIC);
        file.putInt(BYTE_ORDER_MARK_OFFSET, BYTE_ORDER_MARK);
        file.putInt(DESCRIPTOR_CAPACITY_OFFSET, DESCRIPTOR_CAPACITY);
        file.putLong(FILE_LENGTH_OFFSET, FILE_LENGTH);
        file.putLong(VALUES_OFFSET_OFFSET, VALUES_OFFSET);
        file.putLong(VALUES_LENGTH_OFFSET, VALUES_LENGTH);
        file.putLong(CREATED_OFFSET, createdMs);
        file.putInt(INSTANCE_LENGTH_OFFSET, name.length);
        file.put(INSTANCE_OFFSET, name);
        file.putInt(HEADER_CRC_OFFSET, crc(file, BYTE_ORDER_MARK_OFFSET, HEADER_LENGTH));
        INTS.setRelease(file, VERSION_OFFSET, VERSION);
    }

    /**
     * {@return a copy of the header, zeros where the file is shorter} Read, not mapped: what is mapped stays mapped until
     * the garbage collector comes, and a file that is bad is looked at again and again.
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
     * @throws CountersFileException with the first thing that is wrong
     */
    static void checkHeader(ByteBuffer file, long lengthBytes, InstanceName instance, Object where)
            throws CountersFileException {
        require(lengthBytes >= DESCRIPTORS_OFFSET, Reason.TRUNCATED, where, "has only " + lengthBytes + " bytes");
        int version = (int) INTS.getAcquire(file, VERSION_OFFSET);
        long magic = file.getLong(MAGIC_OFFSET);
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
                file.getInt(HEADER_CRC_OFFSET) == crc(file, BYTE_ORDER_MARK_OFFSET, HEADER_LENGTH),
                Reason.CORRUPT,
                where,
                "has a damaged header (checksum)");
        require(
                file.getInt(BYTE_ORDER_MARK_OFFSET) == BYTE_ORDER_MARK
                        && file.getInt(DESCRIPTOR_CAPACITY_OFFSET) == DESCRIPTOR_CAPACITY
                        && file.getLong(FILE_LENGTH_OFFSET) == FILE_LENGTH
                        && file.getLong(VALUES_OFFSET_OFFSET) == VALUES_OFFSET
                        && file.getLong(VALUES_LENGTH_OFFSET) == VALUES_LENGTH,
                Reason.CORRUPT,
                where,
                "has a header whose numbers do not fit version " + VERSION);
        require(
                lengthBytes == FILE_LENGTH,
                Reason.TRUNCATED,
                where,
                "has " + lengthBytes + " bytes instead of " + FILE_LENGTH);
        String owner = instanceName(file);
        require(
                owner.equals(instance.value()),
                Reason.FOREIGN,
                where,
                "belongs to the bot '" + owner + "', not to '" + instance + "'");
    }

    private static String instanceName(ByteBuffer file) {
        int length = Math.max(0, Math.min(file.getInt(INSTANCE_LENGTH_OFFSET), HEADER_LENGTH - INSTANCE_OFFSET));
        byte[] name = new byte[length];
        file.get(INSTANCE_OFFSET, name);
        return new String(name, UTF_8);
    }

    private static void require(boolean valid, Reason reason, Object where, String what) throws CountersFileException {
        if (!valid) {
            throw new CountersFileException(reason, where + " " + what);
        }
    }

    /** Whether a record of this descriptor fits into {@value #DESCRIPTOR_LENGTH} bytes. */
    static boolean fits(Descriptor descriptor) {
        return staticLength(descriptor) <= DESCRIPTOR_LENGTH - STATIC;
    }

    private static int staticLength(Descriptor descriptor) {
        int length = BOUNDS - STATIC + 8 * descriptor.bounds().size();
        length += 2 + utf8(descriptor.name()).length + 2 + utf8(descriptor.help()).length;
        for (Map.Entry<String, String> label : descriptor.labels().entrySet()) {
            length += 2 + utf8(label.getKey()).length + 2 + utf8(label.getValue()).length;
        }
        return length;
    }

    /** Writes a descriptor that {@link #fits}; its state, which makes it readable, comes last. */
    static void writeDescriptor(ByteBuffer file, int index, Placed placed) {
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

    static void retire(ByteBuffer file, int index) {
        INTS.setRelease(file, descriptorOffset(index) + STATE, RETIRED);
    }

    /** {@return how many descriptors stand before the first free one} */
    static int usedDescriptors(ByteBuffer file) {
        int used = 0;
        while (used < DESCRIPTOR_CAPACITY && state(file, used) != FREE) {
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
     * @throws CountersFileException {@link Reason#CORRUPT} when anything about it is wrong
     */
    static Placed readDescriptor(ByteBuffer file, int index) throws CountersFileException {
        int start = descriptorOffset(index);
        try {
            int staticLength = file.getInt(start + STATIC);
            if (staticLength < BOUNDS - STATIC || staticLength > DESCRIPTOR_LENGTH - STATIC) {
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
            long valuesOffset = record.getLong(start + RECORD_VALUES_OFFSET);
            if (valuesOffset < VALUES_OFFSET
                    || valuesOffset % ALIGNMENT != 0
                    || valuesOffset + 8L * descriptor.valueCount() > FILE_LENGTH) {
                throw new IllegalArgumentException("values at " + valuesOffset);
            }
            return new Placed(descriptor, (int) valuesOffset, record.getLong(start + RECORD_CREATED));
        } catch (RuntimeException | CharacterCodingException e) {
            throw new CountersFileException(Reason.CORRUPT, "record " + index + " is damaged: " + e.getMessage(), e);
        }
    }

    private static int crc(ByteBuffer file, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(file.duplicate().limit(to).position(from));
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
