package io.cryptobot.exporter.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * The content of a web configuration file, with the keys of Prometheus' exporter-toolkit. Other keys are errors.
 * Immutable.
 *
 * @param tls the TLS settings; null for plain HTTP
 * @param http headers to add to responses
 * @param users bcrypt hash of the password by user name; empty for no passwords
 */
record WebConfig(
        @JsonProperty("tls_server_config") @Nullable TlsServerConfig tls,
        @JsonProperty("http_server_config") @Nullable HttpServerConfig http,
        @JsonProperty("basic_auth_users") @Nullable Map<String, String> users) {
    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            // otherwise the first of two equal keys would be ignored silently
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Maximum edit distance between a misspelt key and a suggestion. */
    private static final int SIMILAR = 5;

    /**
     * The toolkit's {@code tls_server_config}. Relative paths are relative to the directory of the configuration file.
     */
    record TlsServerConfig(
            @JsonProperty("cert_file") @Nullable String certFile,
            @JsonProperty("key_file") @Nullable String keyFile,
            @JsonProperty("client_auth_type") @Nullable String clientAuthType,
            @JsonProperty("client_ca_file") @Nullable String clientCaFile,
            @JsonProperty("min_version") @Nullable String minVersion,
            @JsonProperty("max_version") @Nullable String maxVersion) {}

    /** The toolkit's {@code http_server_config}. */
    record HttpServerConfig(
            @JsonProperty("headers") @Nullable Map<String, String> headers,
            @JsonProperty("http2") boolean http2) {}

    /** {@return the parsed file} */
    static WebConfig parse(Path file, byte[] content) throws WebConfigException {
        String text = new String(content, UTF_8);
        // A file that is being written is empty for a moment. Reading it as "no passwords" would remove the protection.
        if (text.isBlank()) {
            throw new WebConfigException(file, "is empty");
        }
        @Nullable WebConfig config;
        try {
            config = MAPPER.readValue(text, WebConfig.class);
        } catch (UnrecognizedPropertyException e) {
            throw new WebConfigException(file, path(e) + " is not a key that the exporter knows" + suggestion(e));
        } catch (JsonMappingException e) {
            // Not the messages of the exceptions, because they quote the file, and the file contains secrets.
            if (e.getCause() instanceof JsonProcessingException syntax) {
                throw notYaml(file, syntax);
            }
            String path = path(e);
            throw new WebConfigException(
                    file, (path.isEmpty() ? "its content" : path) + " has a value of the wrong kind" + place(e));
        } catch (JsonProcessingException e) {
            throw notYaml(file, e);
        }
        if (config == null || (config.tls == null && config.basicAuthUsers().isEmpty())) {
            throw new WebConfigException(
                    file, "turns on neither TLS (tls_server_config) nor passwords (basic_auth_users)");
        }
        if (config.http != null && config.http.http2) {
            throw new WebConfigException(file, "http_server_config.http2: the exporter speaks HTTP/1.1 only");
        }
        return config;
    }

    /** {@return bcrypt hash by user name} */
    Map<String, String> basicAuthUsers() {
        return Objects.requireNonNullElse(users, Map.of());
    }

    /** {@return the headers to add to every response} */
    Map<String, String> headers() {
        return http == null || http.headers == null ? Map.of() : http.headers;
    }

    private static WebConfigException notYaml(Path file, JsonProcessingException failure) {
        return new WebConfigException(file, "is not valid YAML, or has a key twice," + place(failure));
    }

    private static String path(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
    }

    private static String suggestion(UnrecognizedPropertyException failure) {
        LevenshteinDistance distance = new LevenshteinDistance(SIMILAR);
        return failure.getKnownPropertyIds().stream()
                .map(String::valueOf)
                .filter(known -> distance.apply(known, failure.getPropertyName()) >= 0)
                .min(Comparator.comparing(known -> distance.apply(known, failure.getPropertyName())))
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
    }

    private static String place(JsonProcessingException failure) {
        return failure.getLocation() == null
                ? ""
                : " at line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr();
    }
}
