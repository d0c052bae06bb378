package io.cryptobot.exporter.security;

import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of the test's own. Immutable. */
public final class Authority {
    /** Of "fakepassword", by another implementation of bcrypt than the exporter's. */
    public static final String HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";

    /** The user alice of a web configuration. */
    public static final String USERS = "basic_auth_users:\n  alice: " + HASH + "\n";

    /** The certificate of {@link #withServer} in a web configuration. */
    public static final String TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";

    private static final AtomicLong SERIALS = new AtomicLong(System.nanoTime());

    private final String name;
    private final Issued self;

    /** A certificate and its key. */
    public record Issued(X509Certificate certificate, KeyPair keys) {
        /** Writes {@code <name>.crt} and {@code <name>.key}, the key for the owner alone. */
        public void writeTo(Path directory, String name) throws Exception {
            Files.writeString(directory.resolve(name + ".crt"), certificatePem());
            writePrivate(directory.resolve(name + ".key"), pem("PRIVATE KEY", keys.getPrivate()));
        }

        public String certificatePem() throws Exception {
            return pem("CERTIFICATE", certificate.getEncoded());
        }
    }

    public Authority(String name) throws Exception {
        this.name = name;
        KeyPair keys = keys("EC");
        this.self = new Issued(
                sign(
                        builder(name, keys, Instant.now().minusSeconds(60), Duration.ofDays(100))
                                .addExtension(Extension.basicConstraints, true, new BasicConstraints(true)),
                        keys),
                keys);
    }

    /** {@return an authority, itself in {@code ca.crt}, with a server's certificate in {@code server.crt} and its key} */
    public static Authority withServer(Path directory) throws Exception {
        Authority authority = new Authority("ours");
        authority.issue("exporter").writeTo(directory, "server");
        Files.writeString(directory.resolve("ca.crt"), authority.certificatePem());
        return authority;
    }

    /** {@return a certificate for 127.0.0.1 and localhost that is good for 90 days} */
    public Issued issue(String subject) throws Exception {
        return issue(subject, "EC", Instant.now().minusSeconds(60), Duration.ofDays(90));
    }

    public Issued issue(String subject, String algorithm, Instant from, Duration validity) throws Exception {
        KeyPair keys = keys(algorithm);
        return new Issued(sign(builder(subject, keys, from, validity), self.keys), keys);
    }

    public String certificatePem() throws Exception {
        return self.certificatePem();
    }

    /** {@return a client that trusts this authority, and shows a certificate if one is given} */
    public HttpClient client(Issued... shown) throws Exception {
        return HttpClient.newBuilder().sslContext(context(shown)).build();
    }

    public SSLContext context(Issued... shown) throws Exception {
        KeyStore trusted = store();
        trusted.setCertificateEntry("ca", self.certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = store();
        for (Issued issued : shown) {
            own.setKeyEntry("me", issued.keys.getPrivate(), new char[0], new Certificate[] {issued.certificate});
        }
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** {@return a file that its owner alone may read} */
    public static Path writePrivate(Path file, String content) throws Exception {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    static String pem(String type, Key key) {
        return pem(type, key.getEncoded());
    }

    private static String pem(String type, byte[] encoded) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END " + type + "-----\n";
    }

    private X509v3CertificateBuilder builder(String subject, KeyPair keys, Instant from, Duration validity)
            throws Exception {
        return new JcaX509v3CertificateBuilder(
                        new X500Name("CN=" + name),
                        BigInteger.valueOf(SERIALS.incrementAndGet()),
                        Date.from(from),
                        Date.from(from.plus(validity)),
                        new X500Name("CN=" + subject),
                        keys.getPublic())
                .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                    new GeneralName(GeneralName.dNSName, "localhost")
                }));
    }

    private static X509Certificate sign(X509v3CertificateBuilder certificate, KeyPair signer) throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    }

    private static KeyPair keys(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(256);
        }
        return generator.generateKeyPair();
    }

    private static KeyStore store() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
