package io.cryptobot.exporter.bots;

import java.util.List;

/**
 * The run directory at one moment. Immutable.
 *
 * @param readable the bots, sorted by name
 * @param unreadable the files that cost themselves, sorted by name
 */
public record Bots(List<Bot> readable, List<UnreadableFile> unreadable) {
    public Bots {
        readable = List.copyOf(readable);
        unreadable = List.copyOf(unreadable);
    }
}
