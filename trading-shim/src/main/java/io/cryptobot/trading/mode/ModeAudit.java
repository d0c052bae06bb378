package io.cryptobot.trading.mode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.telemetry.ToolApi;
import io.cryptobot.telemetry.files.DurableFile;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.log.JsonLine;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The audit log of mode switches and of unknown orders that an operator resolved: {@code <bot>.mode-audit.jsonl} in the
 * state directory. It is append-only and has one JSON object per line with user, time, reason and result. Each line
 * begins with the SHA-256 of the line before, so {@link #verify} finds a line that was changed, removed or inserted. It
 * cannot detect lines that were cut off at the end; to detect them, compare with a {@link Verification#head()} that was
 * noted earlier.
 *
 * <p>A switch to live writes two lines: the intent before it takes effect and the outcome after it. An intent without
 * an outcome means that the switch was interrupted. The next outcome contains the previous mode; it shows whether the
 * interrupted switch took effect. Thread-safe, also between processes.
 */
@ToolApi
public final class ModeAudit {
    private static final String FIRST = "0".repeat(64);
    private static final String PREVIOUS = "{\"previous\":\"";
    /** File locks do not hold between the threads of one process. */
    private static final Object IN_PROCESS = new Object();

    private final Path directory;
    private final Path file;
    private final InstanceName instance;

    public ModeAudit(Path stateDirectory, InstanceName instance) {
        this.directory = stateDirectory.toAbsolutePath().normalize();
        this.file = directory.resolve(instance + ".mode-audit.jsonl");
        this.instance = instance;
    }

    /** The kind of a line. */
    public enum Event {
        /** Live is about to take effect. */
        INTENT,
        /** The result of a switch. */
        OUTCOME,
        /** An intent did not take effect. */
        NOT_SET,
        /** An operator's resolution of an unknown order is about to take effect. */
        RESOLVE,
        /** A {@link #RESOLVE} did not take effect. */
        NOT_RESOLVED;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Appends a line and returns when it is on the disk.
     *
     * @param mode null if the line is about an order
     * @param detail the outcome as text, or why there is no outcome
     * @throws IOException if the line cannot be written
     */
    public void append(Event event, @Nullable TradingMode mode, String reason, String detail) throws IOException {
        Files.createDirectories(directory);
        synchronized (IN_PROCESS) {
            try (FileChannel channel = FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
                    FileLock unused = channel.lock()) {
                byte[] before = read(channel);
                boolean torn = before.length > 0 && before[before.length - 1] != '\n';
                // an incomplete line of a killed process stays, and the chain continues after it
                String line = (torn ? "\n" : "") + line(event, mode, reason, detail, lastLineHash(before)) + "\n";
                ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(UTF_8));
                long position = before.length;
                while (bytes.hasRemaining()) {
                    position += channel.write(bytes, position);
                }
                channel.force(true);
            }
        }
        DurableFile.forceDirectory(directory);
    }

    private String line(Event event, @Nullable TradingMode mode, String reason, String detail, String previous) {
        return new JsonLine()
                .text("previous", previous)
                .text("time", Instant.now().toString())
                .text("bot", instance.value())
                .text("event", event.label())
                .text("mode", mode == null ? null : mode.label())
                .text("user", System.getProperty("user.name", ""))
                .text("host", hostName())
                .text("reason", reason)
                .text("detail", detail.isEmpty() ? null : detail)
                .end();
    }

    private static String hostName() {
        try {
            // not InetAddress.getLocalHost(), which may wait for a name server
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }

    private static byte[] read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // until the end
        }
        return bytes.array();
    }

    private static String lastLineHash(byte[] text) {
        List<byte[]> lines = lines(text);
        return lines.isEmpty() ? FIRST : hash(lines.get(lines.size() - 1));
    }

    private static List<byte[]> lines(byte[] text) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int index = 0; index <= text.length; index++) {
            if (index == text.length ? index > start : text[index] == '\n') {
                lines.add(Arrays.copyOfRange(text, start, index));
                start = index + 1;
            }
        }
        return lines;
    }

    private static String hash(byte[] line) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Checks the chain from the first line to the last line.
     *
     * @throws IOException if the file cannot be read; a missing file is an empty chain
     */
    public Verification verify() throws IOException {
        byte[] text;
        try {
            text = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            text = new byte[0];
        }
        String expected = FIRST;
        List<String> broken = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<byte[]> lines = lines(text);
        Interrupted interrupted = new Interrupted(notes);
        for (int number = 1; number <= lines.size(); number++) {
            byte[] bytes = lines.get(number - 1);
            String line = new String(bytes, UTF_8);
            if (!line.endsWith("}")) {
                notes.add("line " + number + " is incomplete: its writer was killed");
            } else if (!line.startsWith(PREVIOUS + expected + "\"")) {
                broken.add("line " + number + " does not follow from the line before it");
            }
            interrupted.next(number, line);
            expected = hash(bytes);
        }
        interrupted.end();
        return new Verification(file, lines.size(), expected, broken, notes);
    }

    /**
     * Finds intents without an outcome, and finds out from later lines whether they took effect. Confined to one
     * thread.
     */
    private static final class Interrupted {
        private static final Pattern EVENT = Pattern.compile("\"event\":\"(\\w+)\"");
        private static final Pattern PREVIOUS_MODE = Pattern.compile("\"detail\":\"[^\"]*\\bfrom (live|paper|halt)\\b");

        private final List<String> notes;
        /** Line numbers of intents without an outcome so far, with a text about their effect. */
        private final TreeMap<Integer, String> intents = new TreeMap<>();

        Interrupted(List<String> notes) {
            this.notes = notes;
        }

        void next(int number, String line) {
            String event = find(EVENT, line).orElse("");
            if (event.equals(Event.INTENT.label())) {
                intents.put(number, "");
            } else if (line.contains("\"mode\":\"live\"")) { // the outcome, or "not set"
                intents.pollLastEntry();
            }
            if (event.equals(Event.OUTCOME.label())) {
                find(PREVIOUS_MODE, line)
                        .ifPresent(mode -> intents.replaceAll(
                                (intent, effect) -> effect.isEmpty() ? effect(mode, number) : effect));
            }
        }

        private static String effect(String mode, int number) {
            return mode.equals("live")
                    ? "it took effect: the switch of line " + number + " found the bot live"
                    : "it did not take effect, or not for long: the switch of line " + number + " found the bot in "
                            + mode;
        }

        void end() {
            intents.forEach((line, effect) -> notes.add("line " + line
                    + " is an intent without an outcome: that switch was interrupted; "
                    + (effect.isEmpty() ? "it is unknown whether it took effect" : effect)));
        }

        private static Optional<String> find(Pattern pattern, String line) {
            Matcher matcher = pattern.matcher(line);
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }
    }

    /**
     * The result of {@link #verify}. Immutable.
     *
     * @param file the log file
     * @param lines the number of lines
     * @param head the hash of the last line; note it elsewhere to detect later that lines were cut off
     * @param broken errors of the chain, one sentence each
     * @param notes information that is not an error, one sentence each
     */
    public record Verification(Path file, int lines, String head, List<String> broken, List<String> notes) {
        public Verification {
            broken = List.copyOf(broken);
            notes = List.copyOf(notes);
        }
    }
}
