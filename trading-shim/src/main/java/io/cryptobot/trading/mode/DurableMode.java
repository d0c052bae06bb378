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
 * A bot's mode on the disk, {@code <state>/<bot>.mode}: it survives a reboot, which empties the memory that holds the control
 * file. It follows the control file and never leads it, so its mode was in effect at some time.
 *
 * <p>Only a file that this machine wrote in this place is believed: it holds its own inode, the machine's id and the time
 * of writing, which the file system's change time must confirm; neither a copy nor a restored backup keeps these.
 * A file that is not believed counts as missing. Thread-safe, also between processes.
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
     * The machine and its boot; a text is empty where the system does not have it. Immutable.
     *
     * @param machine outlives a reboot
     * @param boot ends with it
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
     * What the file says. Immutable.
     *
     * @param word mode and number of the switch
     * @param changed when the mode was set
     * @param boot the boot in which it was written
     */
    record Stored(long word, Instant changed, String boot) {
        TradingMode mode() {
            return TradingMode.ofWord(word);
        }
    }

    /**
     * The file, or why it is not believed.
     *
     * @param stored absent when there is none to believe
     * @param problem why; absent when there is simply no file
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

    /** {@return what the file says, or why it does not count; never throws} */
    Reading read() {
        Reading reading = readOnce();
        // A good file that is replaced during the reading looks like a copy once; a bad file stays bad.
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
                return new Reading(null, file + " is not believed: " + problem);
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

    /** {@return the mode on the disk where it is believed} */
    public Optional<TradingMode> mode() {
        return Optional.ofNullable(read().stored()).map(Stored::mode);
    }

    private @Nullable String problem(String text, Map<String, String> fields) throws IOException {
        int end = text.lastIndexOf("checksum=");
        if (end < 0 || !text.substring(end).equals("checksum=" + checksum(text.substring(0, end)) + "\n")) {
            return "its checksum does not fit";
        }
        if (!FORMAT.equals(fields.get(TITLE))) {
            return "it has another format";
        }
        if (!instance.value().equals(fields.get("bot"))) {
            return "it is the one of " + fields.get("bot");
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
            return "it was touched at " + touched + ", after it was written";
        }
        return null;
    }

    /**
     * Stores a word. The supplier is asked under the lock, so that no writer replaces a newer word by an older one.
     *
     * @throws IOException when the word is not on the disk
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
            throw new IOException("this file system has no inodes to tell a copy by", e);
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
     * {@return the word that a bot starts with} A bot starts live only when the control file and the disk agree, with one
     * exception: after a reboot there is no control file, and the disk alone decides. Anything else that is missing or damaged
     * means PAPER, and a HALT on the disk stays HALT.
     *
     * @param hotWord of the control file; absent where no file can be used
     * @param noFile whether there is no control file at all
     */
    long startWord(@Nullable Long hotWord, boolean noFile, @Nullable Stored stored) {
        if (stored == null) {
            boolean live = hotWord != null && TradingMode.ofWord(hotWord) == TradingMode.LIVE;
            return hotWord == null
                    ? TradingMode.PAPER.word(1)
                    : live ? TradingMode.PAPER.word(TradingMode.epochOfWord(hotWord) + 1) : hotWord;
        }
        int storedEpoch = TradingMode.epochOfWord(stored.word());
        if (hotWord == null) {
            boolean rebooted = noFile && !host.boot().isEmpty() && !host.boot().equals(stored.boot());
            TradingMode mode = stored.mode() == TradingMode.LIVE && !rebooted ? TradingMode.PAPER : stored.mode();
            return mode.word(storedEpoch + 1);
        }
        int next = Math.max(storedEpoch, TradingMode.epochOfWord(hotWord)) + 1;
        return switch (TradingMode.ofWord(hotWord)) {
            case LIVE ->
                hotWord == stored.word()
                        ? hotWord
                        : (stored.mode() == TradingMode.HALT ? TradingMode.HALT : TradingMode.PAPER).word(next);
            case PAPER ->
                stored.mode() == TradingMode.HALT && storedEpoch > TradingMode.epochOfWord(hotWord)
                        ? TradingMode.HALT.word(next)
                        : hotWord;
            case HALT -> hotWord;
        };
    }

    /** {@return the word of a control file that a tool makes where there is none: never LIVE} */
    long freshWord() {
        Stored stored = read().stored();
        if (stored == null) {
            return TradingMode.PAPER.word(1);
        }
        TradingMode mode = stored.mode() == TradingMode.HALT ? TradingMode.HALT : TradingMode.PAPER;
        return mode.word(TradingMode.epochOfWord(stored.word()) + 1);
    }
}
