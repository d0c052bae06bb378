package io.cryptobot.smoke.sentry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.config.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * {@code config/runtime_overrides.json} for writing: all keys and their order are kept. The file holds a secret, so it is
 * created for its owner only, and it is replaced as a whole, so a bot that starts meanwhile reads the old or the new one.
 */
final class RuntimeOverrides {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            // numbers of other entries come back as they were
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final ObjectNode content;

    private RuntimeOverrides(Path file, ObjectNode content) {
        this.file = file;
        this.content = content;
    }

    /** {@return the file's content; empty when there is no file} */
    static RuntimeOverrides read(Path file) throws ConfigurationException {
        requireNonNull(file, "file is null");
        try {
            if (JSON.readTree(Files.readString(file)) instanceof ObjectNode content) {
                return new RuntimeOverrides(file, content);
            }
            throw new ConfigurationException(file + " is not a JSON object; correct or remove it");
        } catch (NoSuchFileException e) {
            return new RuntimeOverrides(file, JSON.createObjectNode());
        } catch (JsonProcessingException e) {
            // not its message, which quotes the file
            throw new ConfigurationException(file + ":" + e.getLocation().getLineNr() + ":"
                    + e.getLocation().getColumnNr() + ": not valid JSON; correct or remove the file");
        } catch (IOException e) {
            throw new ConfigurationException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** {@return the entry, an empty object when absent} */
    ObjectNode entry(String name) {
        JsonNode entry = content.get(name);
        return entry instanceof ObjectNode object ? object.deepCopy() : JSON.createObjectNode();
    }

    /** {@return whether nobody but the owner can use the file, which is also so when there is none} */
    static boolean isOwnerOnly(Path file) throws IOException {
        return !Files.exists(file) || OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file));
    }

    /** Replaces one entry and writes the file. */
    void write(String name, ObjectNode entry) throws IOException {
        content.set(name, entry);
        byte[] text = (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        // a link stays a link: what it points to is replaced
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path directory = Files.createDirectories(requireNonNull(target.getParent(), "a file has a directory"));
        Path temporary = Files.createTempFile(
                directory, ".runtime_overrides-", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                for (ByteBuffer bytes = ByteBuffer.wrap(text); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
