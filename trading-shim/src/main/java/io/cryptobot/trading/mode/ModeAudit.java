package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.InstanceName;
import io.cryptobot.trading.instrument.JsonLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Who switched a bot's mode, when and why: {@code <bot>.mode-audit.jsonl} in the state directory, one JSON object per
 * line, only ever appended to. Thread-safe.
 */
public final class ModeAudit {
    private final Path file;
    private final InstanceName instance;

    public ModeAudit(Path stateDirectory, InstanceName instance) {
        this.file = stateDirectory.resolve(instance + ".mode-audit.jsonl");
        this.instance = instance;
    }

    /**
     * Appends a line and returns when it is on the disk.
     *
     * @throws IOException when it cannot be written
     */
    public void append(TradingMode mode, String reason) throws IOException {
        String line = new JsonLine()
                .text("time", Instant.now().toString())
                .text("bot", instance.value())
                .text("mode", mode.label())
                .text("user", System.getProperty("user.name", ""))
                .text("reason", reason)
                .end();
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        // a new file is on the disk only when its directory is
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
