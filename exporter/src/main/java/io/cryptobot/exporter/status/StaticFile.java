package io.cryptobot.exporter.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cryptobot.exporter.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A text file of the page in the jar. Its path contains a digest of its content, so a browser may cache it without
 * limit and requests the new file after an update. Immutable.
 *
 * @param path the path of its URL
 * @param contentType the content type with the character set
 * @param body the content
 */
record StaticFile(String path, String contentType, String body) {
    private static final int DIGEST_DIGITS = 16;

    /**
     * @param resource the absolute name on the class path
     * @param contentType the content type with the character set
     */
    static StaticFile of(String resource, String contentType) {
        String body = text(resource);
        String name = resource.substring(resource.lastIndexOf('/') + 1);
        return new StaticFile("/status/" + digest(body) + "/" + name, contentType, body);
    }

    /** {@return the content of a file of the jar} */
    static String text(String resource) {
        try (InputStream input = StaticFile.class.getResourceAsStream(resource)) {
            if (input == null) {
                throw new IllegalStateException(resource + " is missing from the jar");
            }
            return new String(input.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read from the jar", e);
        }
    }

    /** {@return a short digest of the text} */
    static String digest(String text) {
        return ContentDigest.of(text.getBytes(UTF_8)).substring(0, DIGEST_DIGITS);
    }
}
