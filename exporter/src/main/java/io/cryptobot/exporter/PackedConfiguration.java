package io.cryptobot.exporter;

import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;
import org.apache.commons.text.StringSubstitutor;
import org.jspecify.annotations.Nullable;

/** Reads the configuration from a file or, by default, from {@code exporter.yml} in the jar. Stateless; thread-safe. */
final class PackedConfiguration implements ConfigurationSourceProvider {
    /** The path that stands for the file in the jar. */
    static final String PATH = "classpath:exporter.yml";

    /**
     * {@return this provider with {@code ${NAME:-default}} filled in} A blank variable counts as unset, like everywhere
     * on the platform. An unset variable without a default is an error; otherwise its unresolved text could become, for
     * example, the name of a directory.
     *
     * @param variables returns the value of a variable or null; {@link System#getenv(String)}, except in tests
     */
    static ConfigurationSourceProvider withVariables(UnaryOperator<@Nullable String> variables) {
        ConfigurationSourceProvider filled = new SubstitutingSourceProvider(
                new PackedConfiguration(),
                new StringSubstitutor(name -> nonBlank(variables.apply(name)))
                        .setEnableUndefinedVariableException(true));
        return path -> {
            try {
                return filled.open(path);
            } catch (IllegalArgumentException undefined) {
                throw new IOException(path + " has a variable that is unset or blank and has no default, as"
                        + " ${NAME:-default} would: " + undefined.getMessage());
            }
        };
    }

    private static @Nullable String nonBlank(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }

    @Override
    public InputStream open(String path) throws IOException {
        if (!path.equals(PATH)) {
            return new FileConfigurationSourceProvider().open(path);
        }
        InputStream packed = PackedConfiguration.class.getResourceAsStream("/exporter.yml");
        if (packed == null) {
            throw new FileNotFoundException(path + " is missing from the jar");
        }
        return packed;
    }
}
