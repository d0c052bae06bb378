package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Judges documents by a JSON schema, formats included. */
public final class JsonSchemas {
    private static final Path PUBLISHED = Path.of("..", "docs", "schemas");
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonSchemas() {}

    /** {@return what is wrong with the document} */
    public static Set<ValidationMessage> errors(String schema, JsonNode document) {
        SchemaValidatorsConfig formats =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(schema, formats)
                .validate(document);
    }

    /** Asserts that a command's output is one JSON document that keeps to the published schema which it names. */
    public static JsonNode assertPublished(String output) throws IOException {
        JsonNode document = MAPPER.readTree(output);
        String name = document.path("schema").asText().replace('/', '.');
        assertValid(Files.readString(PUBLISHED.resolve(name + ".json")), document);
        return document;
    }

    public static void assertValid(String schema, JsonNode document) {
        assertThat(errors(schema, document)).as(document.toPrettyString()).isEmpty();
    }
}
