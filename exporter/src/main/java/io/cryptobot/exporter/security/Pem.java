package io.cryptobot.exporter.security;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM files. Stateless. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private static final String[] KEY_ALGORITHMS = {"RSA", "EC", "EdDSA"};

    private Pem() {}

    /** {@return the certificates of a file in their sequence, at least one} */
    static List<X509Certificate> certificates(Path file, byte[] content) throws WebConfigException {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(content, US_ASCII));
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                try {
                    certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(decode(block))));
                } catch (CertificateException | IllegalArgumentException e) {
                    throw new WebConfigException(
                            file, "certificate " + (certificates.size() + 1) + " of the file is damaged");
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new WebConfigException(file, "has no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    /**
     * {@return the private key of a file} It must be in PKCS#8 form, which openssl and ACME clients write today and
     * which the JDK can read. For older forms the message contains a command that converts them.
     */
    static PrivateKey privateKey(Path file, byte[] content) throws WebConfigException {
        Matcher block = BLOCK.matcher(new String(content, US_ASCII));
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return pkcs8(file, block);
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY" ->
                    throw new WebConfigException(
                            file,
                            "the private key must be PKCS#8 without a passphrase, not \"" + block.group(1)
                                    + "\": openssl pkcs8 -topk8 -nocrypt -in <this file> -out <new file>");
                default -> {
                    // skip certificates and curve parameters, which some tools write before the key
                }
            }
        }
        throw new WebConfigException(file, "has no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
    }

    private static PrivateKey pkcs8(Path file, Matcher block) throws WebConfigException {
        PKCS8EncodedKeySpec encoded;
        try {
            encoded = new PKCS8EncodedKeySpec(decode(block));
        } catch (IllegalArgumentException e) {
            throw new WebConfigException(file, "the private key is damaged");
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // not this algorithm: try the next one
            } catch (GeneralSecurityException e) {
                throw new WebConfigException(file, "this JDK has no " + algorithm + " keys");
            }
        }
        throw new WebConfigException(file, "the private key is damaged, or neither RSA, EC nor Ed25519");
    }

    private static byte[] decode(Matcher block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }
}
