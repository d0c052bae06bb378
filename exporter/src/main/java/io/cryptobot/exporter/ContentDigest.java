package io.cryptobot.exporter;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes digests to detect changes of a file. Stateless; thread-safe. */
public final class ContentDigest {
    private ContentDigest() {}

    /** {@return SHA-256 of the content, in hexadecimal digits} */
    public static String of(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
