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
import io.cryptobot.telemetry.files.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    /** {@return whether only the owner can use the file; true if there is no file} */
    static boolean isOwnerOnly(Path file) throws IOException {
        return !Files.exists(file) || OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file));
    }

    /** Replaces one entry and writes the file. */
    void write(String name, ObjectNode entry) throws IOException {
        content.set(name, entry);
        // a link stays a link: what it points to is replaced
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(requireNonNull(target.getParent(), "a file has a directory"));
        DurableFile.replace(
                target,
                DurableFile.Access.OWNER,
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    }
}
