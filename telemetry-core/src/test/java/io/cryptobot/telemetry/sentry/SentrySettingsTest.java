package io.cryptobot.telemetry.sentry;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.sentry.SentrySettings.Name;
import io.cryptobot.telemetry.sentry.SentrySettings.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentrySettingsTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String FROM_FILE = "https://" + KEY + "@file.example/1";
    private static final String FROM_ENVIRONMENT = "https://" + KEY + "@environment.example/2";
    private static final String FROM_COMMAND_LINE = "https://" + KEY + "@command.example/3";

    @TempDir
    Path directory;

    private Path overrides;

    @BeforeEach
    void writeOverrides() throws IOException {
        overrides = directory.resolve("runtime_overrides.json");
        write("""
                {"mode": "paper", "nested": [1, {"a": null}],
                 "sentry": {"dsn": "%s", "environment": "production", "release": "9fa301e"}}
                """.formatted(FROM_FILE));
    }

    @Test
    void readsTheOverrides() {
        SentrySettings settings = resolve(Map.of(), Map.of());

        assertThat(settings.enabled()).isTrue();
        assertThat(settings.environment()).isEqualTo("production");
        assertThat(settings.release()).isEqualTo("9fa301e");
        assertThat(settings.sources()).containsEntry(Name.DSN, Source.OVERRIDES).hasSize(3);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void prefersTheEnvironmentAndBeforeItTheCommandLine() {
        Map<String, String> environment = Map.of("SENTRY_DSN", FROM_ENVIRONMENT, "SENTRY_RELEASE", "fffffff");

        assertThat(resolve(Map.of(), environment))
                .hasToString("Sentry https://***@environment.example/2 (from environment),"
                        + " environment production, release fffffff");
        assertThat(resolve(Map.of(Name.DSN, FROM_COMMAND_LINE), environment))
                .hasToString("Sentry https://***@command.example/3 (from command line),"
                        + " environment production, release fffffff");
    }

    @Test
    void ignoresABlankVariableAndSaysSo() {
        SentrySettings settings = resolve(Map.of(), Map.of("SENTRY_DSN", " "));

        assertThat(settings.sources()).containsEntry(Name.DSN, Source.OVERRIDES);
        assertThat(settings.warnings())
                .containsExactly("SENTRY_DSN is blank and ignored; to switch Sentry off set \"enabled\": false in"
                        + " the entry sentry of runtime_overrides.json");
    }

    @Test
    void isOffWithoutAnyDsn() throws IOException {
        Files.delete(overrides);

        SentrySettings settings = resolve(Map.of(), Map.of());

        assertThat(settings.enabled()).isFalse();
        assertThat(settings).hasToString("Sentry off");
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void isOffWhenTheOverridesSaySo() throws IOException {
        write("{\"sentry\": {\"enabled\": false, \"dsn\": \"%s\"}}".formatted(FROM_FILE));

        SentrySettings settings = resolve(Map.of(), Map.of("SENTRY_DSN", FROM_ENVIRONMENT));

        assertThat(settings.enabled()).isFalse();
        assertThat(settings.warnings()).containsExactly("Sentry off: " + overrides + " says \"enabled\": false");
        assertThat(resolve(Map.of(Name.DSN, FROM_COMMAND_LINE), Map.of()).enabled())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"sentry\": {\"dsn\": \"canary | cannot be read as JSON, line 1 column 27",
                "{\"sentry\": canary} | cannot be read as JSON, line 1 column 12",
                "{\"sentry\": {}} canary | cannot be read as JSON, line 1 column 17",
                "{\"sentry\": {}} {} | cannot be read as JSON, line 1 column 17",
                "[\"canary\"] | is not a JSON object",
                "`` | cannot be read as JSON, line 1 column 1",
                "null | is not one JSON object",
                "{\"sentry\": {\"dsn\": \"canary\", \"dsn\": \"canary\"}} | has the name dsn twice in one object",
                "{\"a\": [{\"b\": 1, \"b\": 2}]} | has the name b twice in one object",
                "{\"sentry\": \"canary\"} | entry sentry is not a JSON object",
                "{\"sentry\": {\"dsn\": 7}} | entry sentry.dsn is not a string",
                "{\"sentry\": {\"enabled\": \"no\"}} | entry sentry.enabled is not true or false",
            })
    void isOffWithOneClearLineWhenTheOverridesAreMalformed(String content, String problem) throws IOException {
        write(content);

        SentrySettings settings = resolve(Map.of(), Map.of());

        assertThat(settings.enabled()).isFalse();
        assertThat(settings.warnings()).containsExactly("Sentry off: " + overrides + " " + problem);
    }

    @Test
    void isOffWhenTheOverridesAreADirectoryNestedTooDeepOrTooLarge() throws IOException {
        assertThat(SentrySettings.resolve(Map.of(), Map.of(), directory).warnings())
                .hasSize(1);

        write("[".repeat(900_000));
        assertThat(resolve(Map.of(), Map.of()).warnings()).hasSize(1);

        write(" ".repeat(1_000_001));
        assertThat(resolve(Map.of(), Map.of()).warnings())
                .containsExactly("Sentry off: " + overrides + " is larger than 1000000 bytes");
    }

    @Test
    void isOffWhenTheDsnIsInvalidAndHidesIt() {
        SentrySettings settings = resolve(Map.of(), Map.of("SENTRY_DSN", "https://canary@host/1"));

        assertThat(settings.enabled()).isFalse();
        assertThat(settings.warnings())
                .containsExactly("Sentry off: Sentry DSN is invalid: its public key is not 32 hexadecimal digits;"
                        + " expected https://<public key>@<host>/<project number> (from environment)");
    }

    @Test
    void doesNotPretendToBeProduction() throws IOException {
        write("{\"sentry\": {\"dsn\": \"%s\"}}".formatted(FROM_FILE));

        SentrySettings settings = resolve(Map.of(), Map.of());

        assertThat(settings.environment()).isEqualTo("unspecified");
        assertThat(settings.warnings())
                .containsExactly("SENTRY_ENVIRONMENT is not set: events carry environment unspecified");
    }

    private SentrySettings resolve(Map<Name, String> commandLine, Map<String, String> environment) {
        SentrySettings settings = SentrySettings.resolve(commandLine, environment, overrides);
        assertThat(settings.toString() + settings.warnings())
                .doesNotContain(KEY)
                .doesNotContain("canary");
        return settings;
    }

    private void write(String content) throws IOException {
        Files.writeString(overrides, content);
    }
}
