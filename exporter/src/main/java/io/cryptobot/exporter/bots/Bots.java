package io.cryptobot.exporter.bots;

import java.util.List;

/**
 * The content of the run directory at one moment. Immutable.
 *
 * @param listing the result of listing the directory
 * @param readable the bots, sorted by name
 * @param unreadable the files that cannot be read, sorted by name, the first {@value BotDirectory#MAX_UNREADABLE} of
 *     them
 * @param moreUnreadable the number of further unreadable files
 * @param forgotten the bots that stopped so long ago that they are no longer in {@code readable}, sorted by name
 */
public record Bots(
        Listing listing,
        List<Bot> readable,
        List<UnreadableFile> unreadable,
        int moreUnreadable,
        List<ForgottenBot> forgotten) {
    /** The result of listing the run directory. */
    public enum Listing {
        /** Listed, or the directory does not exist yet because no bot has run. */
        DONE,
        FAILED
    }

    public Bots {
        readable = List.copyOf(readable);
        unreadable = List.copyOf(unreadable);
        forgotten = List.copyOf(forgotten);
    }

    /** {@return true if the run directory could be listed} */
    public boolean listable() {
        return listing == Listing.DONE;
    }
}
