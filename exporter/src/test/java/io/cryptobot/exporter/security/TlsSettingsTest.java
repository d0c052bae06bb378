package io.cryptobot.exporter.security;

import static io.cryptobot.exporter.security.Authority.writePrivate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.exporter.security.TlsSettings.ClientAuth;
import io.cryptobot.exporter.security.WebConfig.TlsServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsSettingsTest {
    private static final TlsServerConfig PLAIN = config("server.key", null, null, null, null);

    @TempDir
    Path directory;

    private Authority authority;

    @BeforeEach
    void issue() throws Exception {
        authority = Authority.withServer(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void readsKeysOfEveryKind(String algorithm) throws Exception {
        authority
                .issue("exporter", algorithm, Instant.now(), Duration.ofDays(1))
                .writeTo(directory, "server");
        assertThat(read(PLAIN).keyStore().isKeyEntry("server")).isTrue();
    }

    @Test
    void readsTheWholeChain() throws Exception {
        Path file = directory.resolve("server.crt");
        Files.writeString(file, "a remark\n" + Files.readString(file) + authority.certificatePem());
        assertThat(read(PLAIN).chain()).hasSize(2);
        assertThat(read(PLAIN).clientAuth()).isEqualTo(ClientAuth.NO_CLIENT_CERT);
        assertThat(read(PLAIN).protocols()).containsExactly("TLSv1.2", "TLSv1.3");
    }

    @Test
    void namesTheCommandForAKeyInAnOlderForm() throws Exception {
        for (String type : new String[] {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
            writePrivate(
                    directory.resolve("server.key"),
                    "-----BEGIN " + type + "-----\nAAAA\n-----END " + type + "-----\n");
            refuses(
                    PLAIN,
                    "server.key",
                    "the private key must be PKCS#8 without a passphrase, not \"" + type
                            + "\": openssl pkcs8 -topk8 -nocrypt -in <this file> -out <new file>");
        }
    }

    @Test
    void refusesWhatIsMissingDamagedOrOfAnother() throws Exception {
        authority.issue("another").writeTo(directory, "another");
        refuses(
                config("another.key", null, null, null, null),
                "another.key",
                "is not the key of the certificate in " + directory.resolve("server.crt"));
        refuses(config("none.key", null, null, null, null), "none.key", "there is no such file");
        refuses(config(null, null, null, null, null), "web.yml", "tls_server_config.key_file is missing");
        writePrivate(directory.resolve("bad.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        refuses(
                config("bad.key", null, null, null, null),
                "bad.key",
                "the private key is damaged, or neither RSA, EC nor Ed25519");
        refuses(config(".", null, null, null, null), ".", "is not a regular file");
        Files.writeString(
                directory.resolve("server.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        refuses(PLAIN, "server.crt", "certificate 1 of the file is damaged");
        Files.writeString(directory.resolve("server.crt"), "");
        refuses(PLAIN, "server.crt", "has no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws Exception {
        Path key = directory.resolve("server.key");
        for (String open : new String[] {"rw-r--r--", "rw-----w-"}) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(open));
            refuses(PLAIN, "server.key", "holds a private key and is open to every user of this host: chmod o-rwx");
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(read(PLAIN)).as("readable by its group").isNotNull();
    }

    @Test
    void wantsAnAuthorityWhereClientsAreChecked() throws Exception {
        assertThat(read(config("server.key", "RequireAndVerifyClientCert", "ca.crt", null, null))
                        .clientAuth())
                .isEqualTo(ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT);
        String together = "tls_server_config needs client_ca_file and client_auth_type: RequireAndVerifyClientCert"
                + " together, or neither";
        refuses(config("server.key", "RequireAndVerifyClientCert", null, null, null), "web.yml", together);
        refuses(config("server.key", null, "ca.crt", null, null), "web.yml", together);
        refuses(
                config("server.key", "RequireAnyClientCert", "ca.crt", null, null),
                "web.yml",
                "tls_server_config.client_auth_type must be NoClientCert, VerifyClientCertIfGiven or"
                        + " RequireAndVerifyClientCert, was RequireAnyClientCert");
    }

    @Test
    void refusesVersionsThatAreBrokenOrTheWrongWayRound() {
        refuses(
                config("server.key", null, null, "TLS10", null),
                "web.yml",
                "tls_server_config.min_version must be TLS12 or TLS13 (older ones are broken), was TLS10");
        refuses(
                config("server.key", null, null, "TLS13", "TLS12"),
                "web.yml",
                "tls_server_config.min_version TLS13 is above max_version TLS12");
    }

    private void refuses(TlsServerConfig config, String file, String problem) {
        assertThatThrownBy(() -> read(config)).hasMessage(directory.resolve(file) + ": " + problem);
    }

    private TlsSettings read(TlsServerConfig config) throws WebConfigException {
        return TlsSettings.read(directory.resolve("web.yml"), config, new WatchedFiles());
    }

    private static TlsServerConfig config(
            String keyFile, String clientAuthType, String clientCaFile, String minVersion, String maxVersion) {
        return new TlsServerConfig("server.crt", keyFile, clientAuthType, clientCaFile, minVersion, maxVersion);
    }
}
