package io.cryptobot.exporter.bots;

import java.util.List;

/**
 * The run directory at one moment. Immutable.
 *
 * @param listing whether its files could be listed
 * @param readable the bots, sorted by name
 * @param unreadable the files that cannot be read, sorted by name, the first {@value BotDirectory#MAX_UNREADABLE} of them
 * @param moreUnreadable how many more files cannot be read
 * @param forgotten the bots that have been gone for so long that they are not among the readable ones any more, sorted by
 *     name
 */
public record Bots(
        Listing listing,
        List<Bot> readable,
        List<UnreadableFile> unreadable,
        int moreUnreadable,
        List<ForgottenBot> forgotten) {
    /** Whether the files of the run directory could be listed. */
    public enum Listing {
        /** They could, or the directory does not exist yet: the first bot makes it. */
        DONE,
        FAILED
    }

    public Bots {
        readable = List.copyOf(readable);
        unreadable = List.copyOf(unreadable);
        forgotten = List.copyOf(forgotten);
    }

    /** {@return whether the run directory could be listed} */
    public boolean listable() {
        return listing == Listing.DONE;
    }
}
