package io.cryptobot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The public types of a library, held against a list: {@code src/test/resources/public-types.txt}. A public type is a promise
 * to users, so a new one is a decision, which shows as a change of that file.
 */
public final class PublicTypes {
    private static final Path LIST = Path.of("src", "test", "resources", "public-types.txt");

    private final List<String> lines = new ArrayList<>();

    private PublicTypes() {}

    /** {@return the public types of the module with that root package} */
    public static PublicTypes in(JavaClasses classes, String root) {
        PublicTypes types = new PublicTypes();
        types.add("# For the developer of a bot", Architecture.publicTypes(classes, root));
        types.add("# For the platform's own tools: @ToolApi", Architecture.toolTypes(classes, root));
        types.add("# For other packages of this module: @Internal", Architecture.internalTypes(classes, root));
        return types;
    }

    private void add(String title, List<String> names) {
        lines.add(title);
        lines.addAll(names);
    }

    /** Fails where a public type is not in the list, or is gone. With {@code -Ddocs.update=true} it writes the list. */
    public void assertThatTheyAreThoseOfTheList() {
        try {
            if (Boolean.getBoolean("docs.update")) {
                Files.createDirectories(LIST.getParent());
                Files.write(LIST, lines);
            }
            assertThat(lines)
                    .as("public types; a new one is a decision: make it package-private, or write it into " + LIST)
                    .isEqualTo(Files.readAllLines(LIST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
