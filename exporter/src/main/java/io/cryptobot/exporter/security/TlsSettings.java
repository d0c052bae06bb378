package io.cryptobot.exporter.security;

import io.cryptobot.exporter.security.WebConfig.TlsServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a TLS handshake, read and checked as a whole, so that Jetty never gets settings that do not work.
 * Immutable.
 *
 * @param certificateFile the file of the server's certificate
 * @param chain the server's certificate and the intermediate certificates
 * @param keyStore the chain with its key
 * @param clientAuthorities CA certificates for client certificates; null if clients need no certificate
 * @param clientAuth the requirement for client certificates
 * @param protocols the allowed TLS versions, by their JDK names
 */
record TlsSettings(
        Path certificateFile,
        List<X509Certificate> chain,
        KeyStore keyStore,
        @Nullable KeyStore clientAuthorities,
        ClientAuth clientAuth,
        List<String> protocols) {
    /** No password is needed, because the key store exists only in memory. */
    private static final String NO_PASSWORD = "";

    /** TLS versions, oldest first. */
    private enum Version {
        TLS12("TLSv1.2"),
        TLS13("TLSv1.3");

        private final String jdkName;

        Version(String jdkName) {
            this.jdkName = jdkName;
        }
    }

    /** Supported types. The other types of the toolkit request a certificate and do not check it. */
    enum ClientAuth {
        NO_CLIENT_CERT("NoClientCert"),
        VERIFY_CLIENT_CERT_IF_GIVEN("VerifyClientCertIfGiven"),
        REQUIRE_AND_VERIFY_CLIENT_CERT("RequireAndVerifyClientCert");

        private final String toolkitName;

        ClientAuth(String toolkitName) {
            this.toolkitName = toolkitName;
        }

        private static ClientAuth of(Path file, @Nullable String name) throws WebConfigException {
            for (ClientAuth type : values()) {
                if (type.toolkitName.equals(Objects.requireNonNullElse(name, NO_CLIENT_CERT.toolkitName))) {
                    return type;
                }
            }
            throw new WebConfigException(
                    file,
                    "tls_server_config.client_auth_type must be NoClientCert, VerifyClientCertIfGiven or"
                            + " RequireAndVerifyClientCert, was " + name);
        }
    }

    /** {@return the settings from the files of a configuration} */
    static TlsSettings read(Path configFile, TlsServerConfig config, WatchedFiles files) throws WebConfigException {
        Path certificateFile = named(configFile, "cert_file", config.certFile());
        Path keyFile = named(configFile, "key_file", config.keyFile());
        List<X509Certificate> chain = Pem.certificates(certificateFile, files.read(certificateFile));
        byte[] key = files.read(keyFile);
        WatchedFiles.requirePrivate(keyFile, "a private key");
        PrivateKey privateKey = Pem.privateKey(keyFile, key);
        if (!belongTogether(privateKey, chain.get(0).getPublicKey())) {
            throw new WebConfigException(keyFile, "is not the key of the certificate in " + certificateFile);
        }
        ClientAuth clientAuth = ClientAuth.of(configFile, config.clientAuthType());
        if ((clientAuth == ClientAuth.NO_CLIENT_CERT) != (config.clientCaFile() == null)) {
            throw new WebConfigException(
                    configFile,
                    "tls_server_config needs client_ca_file and client_auth_type: RequireAndVerifyClientCert together,"
                            + " or neither");
        }
        try {
            return new TlsSettings(
                    certificateFile,
                    chain,
                    keyStore(chain, privateKey),
                    config.clientCaFile() == null
                            ? null
                            : authorities(files, named(configFile, "client_ca_file", config.clientCaFile())),
                    clientAuth,
                    versions(configFile, config));
        } catch (GeneralSecurityException | IOException e) {
            if (e instanceof WebConfigException known) {
                throw known;
            }
            throw new WebConfigException(certificateFile, "cannot be used: " + e.getMessage());
        }
    }

    private static Path named(Path configFile, String key, @Nullable String name) throws WebConfigException {
        if (name == null || name.isBlank()) {
            throw new WebConfigException(configFile, "tls_server_config." + key + " is missing");
        }
        return configFile.resolveSibling(name);
    }

    /** {@return the expiry time of the server's certificate} */
    Instant notAfter() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** Sets all values, so that no earlier setting remains. */
    void applyTo(SslContextFactory.Server jetty) {
        jetty.setKeyStore(keyStore);
        jetty.setKeyStorePassword(NO_PASSWORD);
        jetty.setTrustStore(clientAuthorities);
        jetty.setNeedClientAuth(clientAuth == ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT);
        jetty.setWantClientAuth(clientAuth == ClientAuth.VERIFY_CLIENT_CERT_IF_GIVEN);
        jetty.setIncludeProtocols(protocols.toArray(String[]::new));
        // These suites have forward secrecy and an authenticated cipher (AEAD); all clients since 2014 support them.
        jetty.setIncludeCipherSuites(".*_GCM_.*", ".*_CHACHA20_.*");
        jetty.setRenegotiationAllowed(false);
    }

    private static List<String> versions(Path configFile, TlsServerConfig config) throws WebConfigException {
        Version min = version(configFile, "min_version", config.minVersion(), Version.TLS12);
        Version max = version(configFile, "max_version", config.maxVersion(), Version.TLS13);
        if (min.compareTo(max) > 0) {
            throw new WebConfigException(
                    configFile, "tls_server_config.min_version " + min + " is above max_version " + max);
        }
        return Arrays.stream(Version.values())
                .filter(version -> version.compareTo(min) >= 0 && version.compareTo(max) <= 0)
                .map(version -> version.jdkName)
                .toList();
    }

    private static Version version(Path configFile, String key, @Nullable String name, Version otherwise)
            throws WebConfigException {
        if (name == null) {
            return otherwise;
        }
        for (Version version : Version.values()) {
            if (version.name().equals(name)) {
                return version;
            }
        }
        throw new WebConfigException(
                configFile,
                "tls_server_config." + key + " must be TLS12 or TLS13 (older ones are broken), was " + name);
    }

    private static KeyStore keyStore(List<X509Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("server", key, NO_PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
        return store;
    }

    private static KeyStore authorities(WatchedFiles files, Path file) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (X509Certificate authority : Pem.certificates(file, files.read(file))) {
            store.setCertificateEntry("ca-" + ++number, authority);
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> privateKey.getAlgorithm();
        };
        byte[] anything = {42};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(anything);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // A key of another algorithm or size than the certificate's.
            return false;
        }
    }
}
