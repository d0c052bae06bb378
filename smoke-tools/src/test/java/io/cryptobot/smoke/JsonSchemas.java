package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.util.Set;

/** Judges documents by a JSON schema, formats included. */
public final class JsonSchemas {
    private JsonSchemas() {}

    /** {@return what is wrong with the document} */
    public static Set<ValidationMessage> errors(String schema, JsonNode document) {
        SchemaValidatorsConfig formats =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(schema, formats)
                .validate(document);
    }

    public static void assertValid(String schema, JsonNode document) {
        assertThat(errors(schema, document)).as(document.toPrettyString()).isEmpty();
    }
}
