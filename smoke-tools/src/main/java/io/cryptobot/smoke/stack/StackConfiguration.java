package io.cryptobot.smoke.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Renders the shipped configuration for one machine: addresses, ports and secret paths change, nothing else. Stateless;
 * thread-safe.
 */
final class StackConfiguration {
    private StackConfiguration() {}

    /**
     * Replaces each key by its value.
     *
     * @throws IOException when the file cannot be changed, or does not have a key: the shipped file and this stack would
     *     have drifted apart
     */
    static void render(Path file, Map<String, String> replacements) throws IOException {
        String text = Files.readString(file);
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            if (!text.contains(replacement.getKey())) {
                throw new IOException(
                        file + " does not mention " + replacement.getKey() + ", which the local stack replaces");
            }
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        Files.writeString(file, text);
    }
}
