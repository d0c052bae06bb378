package io.cryptobot.trading.mode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.telemetry.files.DurableFile;
import io.cryptobot.telemetry.files.DurableFile.Access;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.OwnerLock;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A bot's mode on the disk, in {@code <state>/<bot>.mode}. It survives a reboot; the control file does not, because it
 * is in memory. The mode is written to the control file first and to the disk second, so the disk always has a mode
 * that was in effect before.
 *
 * <p>A file is valid only if this machine wrote it at this path. To check this, the file contains its own inode number,
 * the machine id and the time of writing, which must agree with the change time of the file system. A copy or a
 * restored backup fails these checks. An invalid file is treated as missing. Thread-safe, also between processes.
 */
@ToolApi
public final class DurableMode {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration MAX_WRITE_TIME = Duration.ofSeconds(10);
    private static final long LOCK_POLL_MS = 5;
    private static final int MAX_RETRIES = 3;
    private static final String TITLE = "cryptobot-mode";
    private static final String FORMAT = "1";

    private final Path directory;
    private final Path file;
    private final InstanceName instance;
    private final Host host;

    public DurableMode(Path stateDirectory, InstanceName instance) {
        this(stateDirectory, instance, Host.current());
    }

    DurableMode(Path stateDirectory, InstanceName instance, Host host) {
        this.directory = stateDirectory.toAbsolutePath().normalize();
        this.file = directory.resolve(instance + ".mode");
        this.instance = instance;
        this.host = host;
    }

    /**
     * Identifies the machine and its boot. Immutable.
     *
     * @param machine the machine id, the same after a reboot; empty if unknown
     * @param boot the boot id, different after each reboot; empty if unknown
     */
    record Host(String machine, String boot) {
        static Host current() {
            return new Host(line("/etc/machine-id"), line("/proc/sys/kernel/random/boot_id"));
        }

        private static String line(String file) {
            try {
                return Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                return "";
            }
        }
    }

    /**
     * The content of the file. Immutable.
     *
     * @param word the mode and the number of the switch
     * @param changed the time when the mode was set
     * @param boot the boot id at the time of writing
     */
    record Stored(long word, Instant changed, String boot) {
        TradingMode mode() {
            return TradingMode.ofWord(word);
        }
    }

    /**
     * The result of reading the file.
     *
     * @param stored the content; null if the file is missing or invalid
     * @param problem why the file is invalid; null if it is valid or missing
     */
    record Reading(@Nullable Stored stored, @Nullable String problem) {}

    InstanceName instance() {
        return instance;
    }

    Path directory() {
        return directory;
    }

    Path file() {
        return file;
    }

    /** Reads the file; never throws. */
    Reading read() {
        Reading reading = readOnce();
        // A valid file that is replaced while it is read looks like a copy once; an invalid file stays invalid.
        for (int again = 0; again < MAX_RETRIES && reading.problem() != null; again++) {
            reading = readOnce();
        }
        return reading;
    }

    private Reading readOnce() {
        try {
            String text = Files.readString(file);
            Map<String, String> fields = fields(text);
            String problem = problem(text, fields);
            if (problem != null) {
                return new Reading(null, file + " is not valid: " + problem);
            }
            TradingMode mode = TradingMode.valueOf(fields.getOrDefault("mode", ""));
            int epoch = Integer.parseUnsignedInt(fields.getOrDefault("epoch", ""));
            Instant changed = Instant.parse(fields.getOrDefault("changed", ""));
            return new Reading(new Stored(mode.word(epoch), changed, fields.getOrDefault("boot", "")), null);
        } catch (NoSuchFileException e) {
            return new Reading(null, null);
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            return new Reading(null, file + " cannot be read: " + e);
        }
    }

    /** {@return the mode on the disk; empty if the file is missing or invalid} */
    public Optional<TradingMode> mode() {
        return Optional.ofNullable(read().stored()).map(Stored::mode);
    }

    private @Nullable String problem(String text, Map<String, String> fields) throws IOException {
        int end = text.lastIndexOf("checksum=");
        if (end < 0 || !text.substring(end).equals("checksum=" + checksum(text.substring(0, end)) + "\n")) {
            return "its checksum is wrong";
        }
        if (!FORMAT.equals(fields.get(TITLE))) {
            return "its format is unknown";
        }
        if (!instance.value().equals(fields.get("bot"))) {
            return "it belongs to bot " + fields.get("bot");
        }
        if (!host.machine().equals(fields.get("machine"))) {
            return "another machine wrote it";
        }
        if (!inode(file).equals(fields.get("inode"))) {
            return "it is a copy";
        }
        Instant written = Instant.parse(fields.getOrDefault("written", ""));
        Instant touched = ((FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).toInstant();
        if (Duration.between(written, touched).abs().compareTo(MAX_WRITE_TIME) > 0) {
            return "its change time " + touched + " differs from its writing time " + written;
        }
        return null;
    }

    /**
     * Stores the mode word of the supplier. The supplier is called while the lock is held, so that an old word never
     * replaces a newer one.
     *
     * @throws IOException if the word could not be stored
     */
    void store(LongSupplier currentWord) throws IOException {
        Files.createDirectories(directory);
        try (OwnerLock unused = lock()) {
            long word = currentWord.getAsLong();
            Stored before = read().stored();
            Instant now = Instant.now();
            Instant changed = before != null && before.word() == word ? before.changed() : now;
            DurableFile.removeUnfinished(file);
            DurableFile.replace(file, Access.OWNER_AND_GROUP, unfinished -> content(word, changed, now, unfinished));
        }
        String problem = read().problem();
        if (problem != null) {
            throw new IOException(problem);
        }
    }

    private OwnerLock lock() throws IOException {
        long deadline = System.nanoTime() + LOCK_TIMEOUT.toNanos();
        while (true) {
            try {
                return OwnerLock.acquire(file);
            } catch (OwnerLock.HeldException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(LOCK_POLL_MS);
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }

    private byte[] content(long word, Instant changed, Instant now, Path unfinished) throws IOException {
        String text = TITLE + "=" + FORMAT + "\nbot=" + instance + "\nmode=" + TradingMode.ofWord(word)
                + "\nepoch=" + Integer.toUnsignedString(TradingMode.epochOfWord(word)) + "\nchanged=" + changed
                + "\nwritten=" + now + "\nmachine=" + host.machine() + "\nboot=" + host.boot() + "\ninode="
                + inode(unfinished) + "\n";
        return (text + "checksum=" + checksum(text) + "\n").getBytes(UTF_8);
    }

    private static String inode(Path path) throws IOException {
        try {
            return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS)
                    .toString();
        } catch (UnsupportedOperationException e) {
            throw new IOException("cannot detect copies: this file system has no inodes", e);
        }
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(UTF_8));
        return Long.toHexString(crc.getValue());
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                fields.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        return fields;
    }

    /**
     * {@return the mode word that a bot starts with} A bot starts live only if the control file and the disk agree,
     * with one exception: after a reboot there is no control file, and the disk alone decides. In all other cases a
     * missing or damaged file means PAPER, and HALT on the disk stays HALT.
     *
     * @param controlWord the mode word of the control file; null if there is no usable control file
     * @param noFile true if there is no control file at all
     */
    long startWord(@Nullable Long controlWord, boolean noFile, @Nullable Stored stored) {
        if (stored == null) {
            boolean live = controlWord != null && TradingMode.ofWord(controlWord) == TradingMode.LIVE;
            return controlWord == null
                    ? TradingMode.PAPER.word(1)
                    : live ? TradingMode.PAPER.word(TradingMode.epochOfWord(controlWord) + 1) : controlWord;
        }
        int storedEpoch = TradingMode.epochOfWord(stored.word());
        if (controlWord == null) {
            boolean rebooted = noFile && !host.boot().isEmpty() && !host.boot().equals(stored.boot());
            TradingMode mode = stored.mode() == TradingMode.LIVE && !rebooted ? TradingMode.PAPER : stored.mode();
            return mode.word(storedEpoch + 1);
        }
        int next = Math.max(storedEpoch, TradingMode.epochOfWord(controlWord)) + 1;
        return switch (TradingMode.ofWord(controlWord)) {
            case LIVE ->
                controlWord == stored.word()
                        ? controlWord
                        : (stored.mode() == TradingMode.HALT ? TradingMode.HALT : TradingMode.PAPER).word(next);
            case PAPER ->
                stored.mode() == TradingMode.HALT && storedEpoch > TradingMode.epochOfWord(controlWord)
                        ? TradingMode.HALT.word(next)
                        : controlWord;
            case HALT -> controlWord;
        };
    }

    /** {@return the mode word for a new control file that a tool makes; never LIVE} */
    long newFileWord() {
        Stored stored = read().stored();
        if (stored == null) {
            return TradingMode.PAPER.word(1);
        }
        TradingMode mode = stored.mode() == TradingMode.HALT ? TradingMode.HALT : TradingMode.PAPER;
        return mode.word(TradingMode.epochOfWord(stored.word()) + 1);
    }
}
