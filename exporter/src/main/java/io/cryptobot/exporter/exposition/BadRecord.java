package io.cryptobot.exporter.exposition;

import io.cryptobot.exporter.Labelled;

/** The reasons why a record is left out of the exposition; also the values of the label {@code reason}. */
enum BadRecord implements Labelled {
    /** The record fails the checks of the file's format. */
    DAMAGED("fails its checks"),
    /** Its name belongs to the exporter, or to a family of another type. */
    NAME_TAKEN("its name is taken by a family of another type or by the exporter"),
    /** It uses a label that is reserved for the exporter or the format. */
    RESERVED_LABEL("it uses a reserved label (bot, le, quantile or __*)"),
    /** Its value is impossible. */
    IMPOSSIBLE_VALUE("its value is impossible: a negative count, sum or quantile, or a quantile outside 0 to 1"),
    /** The file contains the series twice. */
    DUPLICATE("the file has it twice"),
    /** The page has no space for all series of the bot. */
    NO_ROOM("the page is full: the bot's series are too many or too long"),
    /** One of the exporter's own metrics throws; not used for bots. */
    OWN_METRIC("it throws");

    private final String text;

    BadRecord(String text) {
        this.text = text;
    }

    /** {@return the reason as text for the log} */
    String text() {
        return text;
    }

    @Override
    public String toString() {
        return label();
    }
}
