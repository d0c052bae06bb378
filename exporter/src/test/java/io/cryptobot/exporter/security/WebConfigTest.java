package io.cryptobot.exporter.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebConfigTest {
    private static final Path FILE = Path.of("web.yml");

    @Test
    void readsTheToolkitsKeys() throws Exception {
        WebConfig config = parse("""
                tls_server_config:
                  cert_file: server.crt
                  key_file: server.key
                  client_auth_type: RequireAndVerifyClientCert
                  client_ca_file: ca.crt
                  min_version: TLS12
                  max_version: TLS13
                http_server_config:
                  http2: false
                  headers:
                    X-Frame-Options: deny
                basic_auth_users:
                  alice: hash
                """);
        assertThat(config.tls())
                .isEqualTo(new WebConfig.TlsServerConfig(
                        "server.crt", "server.key", "RequireAndVerifyClientCert", "ca.crt", "TLS12", "TLS13"));
        assertThat(config.headers()).isEqualTo(Map.of("X-Frame-Options", "deny"));
        assertThat(config.basicAuthUsers()).isEqualTo(Map.of("alice", "hash"));
    }

    @Test
    void refusesAKeyThatItDoesNotKnowAndNamesTheLikelyOne() {
        refuses(
                "tls_server_config: {cert_fiel: a}",
                "tls_server_config.cert_fiel is not a key that the exporter knows; did you mean cert_file?");
        refuses(
                "basic_auth_user: {a: b}",
                "basic_auth_user is not a key that the exporter knows; did you mean basic_auth_users?");
        refuses("rate_limit: {burst: 1}", "rate_limit is not a key that the exporter knows");
        refuses(
                "http_server_config: {http2: true}\nbasic_auth_users: {a: b}",
                "http_server_config.http2: the exporter speaks HTTP/1.1 only");
    }

    @Test
    void saysWhereTheFileIsWrongWithoutRepeatingWhatIsThere() {
        refuses(
                "basic_auth_users:\n  alice: \"hunter2\n",
                "is not valid YAML, or has a key twice, at line 2, column 8");
        refuses(
                "basic_auth_users:\n  alice: [hunter2]\n",
                "basic_auth_users.alice has a value of the wrong kind at line 2, column 10");
        refuses("basic_auth_users: hunter2", "basic_auth_users has a value of the wrong kind at line 1, column 19");
        refuses("hunter2", "its content has a value of the wrong kind at line 1, column 1");
        refuses(
                "basic_auth_users:\n  alice: a\n  alice: hunter2\n",
                "is not valid YAML, or has a key twice, at line 3, column 8");
    }

    @Test
    void refusesAFileThatAsksForNothing() {
        refuses("", "is empty");
        refuses(" \n", "is empty");
        for (String nothing : new String[] {"{}", "basic_auth_users: {}", "basic_auth_users:"}) {
            refuses(nothing, "turns on neither TLS (tls_server_config) nor passwords (basic_auth_users)");
        }
    }

    private static void refuses(String content, String problem) {
        assertThatThrownBy(() -> parse(content)).as(content).hasMessage("web.yml: " + problem);
    }

    private static WebConfig parse(String content) throws WebConfigException {
        return WebConfig.parse(FILE, content.getBytes(UTF_8));
    }
}
