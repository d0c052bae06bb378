package io.cryptobot.exporter.exposition;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The sample names that a client requests with {@code name[]}. They must be exact names, like in simpleclient's own
 * exporter. Immutable.
 *
 * @param names empty for all samples
 */
public record NameFilter(Set<String> names) {
    /** All samples. */
    public static final NameFilter ALL = new NameFilter(Set.of());

    private static final int MAX_NAMES = 100;
    private static final int MAX_LENGTH = 200;

    public NameFilter {
        names = Set.copyOf(names);
    }

    /**
     * {@return the filter for the requested names}
     *
     * @param names no names for all samples
     * @throws IllegalArgumentException if there are too many names or a name is too long; the message is for the client
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
