package io.cryptobot.exporter.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A text file of the jar that the page needs. Its path has a digest of its content, so a browser may keep it for ever and still
 * asks for the new one after an update. Immutable.
 */
final class Asset {
    private static final int DIGEST_BYTES = 8;

    private final String path;
    private final String contentType;
    private final String body;

    private Asset(String path, String contentType, String body) {
        this.path = path;
        this.contentType = contentType;
        this.body = body;
    }

    /**
     * @param resource its absolute name on the class path
     * @param contentType with the character set
     */
    static Asset of(String resource, String contentType) {
        String body = text(resource);
        String name = resource.substring(resource.lastIndexOf('/') + 1);
        return new Asset("/status/" + digest(body) + "/" + name, contentType, body);
    }

    /** {@return the content of a file of the jar} */
    static String text(String resource) {
        try (InputStream input = Asset.class.getResourceAsStream(resource)) {
            if (input == null) {
                throw new IllegalStateException(resource + " is missing from the jar");
            }
            return new String(input.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read from the jar", e);
        }
    }

    /** {@return a few characters that differ when the text does} */
    static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    String path() {
        return path;
    }

    String contentType() {
        return contentType;
    }

    String body() {
        return body;
    }
}
