package io.cryptobot.exporter.bots;

import java.util.List;

/**
 * The run directory at one moment. Immutable.
 *
 * @param readable the bots, sorted by name
 * @param unreadable the files that cost themselves, sorted by name
 * @param forgotten the bots that have been gone for so long that they are not among the readable ones any more, sorted by
 *     name
 */
public record Bots(List<Bot> readable, List<UnreadableFile> unreadable, List<Bot> forgotten) {
    public Bots {
        readable = List.copyOf(readable);
        unreadable = List.copyOf(unreadable);
        forgotten = List.copyOf(forgotten);
    }

    /** A directory of which nothing is forgotten. */
    public Bots(List<Bot> readable, List<UnreadableFile> unreadable) {
        this(readable, unreadable, List.of());
    }
}
