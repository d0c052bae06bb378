package io.cryptobot.exporter.bots;

import java.util.List;

/**
 * The run directory at one moment. Immutable.
 *
 * @param listable whether it could be listed, or does not exist yet: the first bot makes it
 * @param readable the bots, sorted by name
 * @param unreadable the files that cost themselves, sorted by name, the first {@value BotDirectory#MAX_UNREADABLE} of them
 * @param moreUnreadable how many files cannot be read beside those
 * @param forgotten the bots that have been gone for so long that they are not among the readable ones any more, sorted by
 *     name
 */
public record Bots(
        boolean listable,
        List<Bot> readable,
        List<UnreadableFile> unreadable,
        int moreUnreadable,
        List<ForgottenBot> forgotten) {
    public Bots {
        readable = List.copyOf(readable);
        unreadable = List.copyOf(unreadable);
        forgotten = List.copyOf(forgotten);
    }
}
