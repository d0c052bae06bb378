package io.cryptobot.exporter.exposition;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The sample names that a client asked for with {@code name[]}, exact names as in simpleclient's own exporter. Immutable.
 *
 * @param names empty for all
 */
public record NameFilter(Set<String> names) {
    /** Everything. */
    public static final NameFilter ALL = new NameFilter(Set.of());

    private static final int MAX_NAMES = 100;
    private static final int MAX_LENGTH = 200;

    public NameFilter {
        names = Set.copyOf(names);
    }

    /**
     * {@return the filter for what was asked for}
     *
     * @param names none for all
     * @throws IllegalArgumentException with a message for the client when they are too many or too long
     */
    public static NameFilter of(String... names) {
        if (names.length > MAX_NAMES) {
            throw new IllegalArgumentException(
                    "name[] can be given at most " + MAX_NAMES + " times, was given " + names.length + " times");
        }
        for (String name : names) {
            if (name.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "name[] can have at most " + MAX_LENGTH + " characters, had " + name.length());
            }
        }
        return new NameFilter(Set.copyOf(Arrays.asList(names)));
    }

    List<Family> apply(List<Family> families) {
        return names.isEmpty()
                ? families
                : families.stream()
                        .map(family -> family.of(names))
                        .filter(family -> !family.samples().isEmpty())
                        .toList();
    }
}
