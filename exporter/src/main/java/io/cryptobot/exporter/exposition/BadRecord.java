package io.cryptobot.exporter.exposition;

import java.util.Locale;

/** Why something is left out of the page; the values of the label {@code reason}. */
enum BadRecord {
    /** The record fails the checks of the file's format. */
    DAMAGED("fails its checks"),
    /** Its name belongs to the exporter, or to a family of another type. */
    NAME_TAKEN("its name is taken by a family of another type or by the exporter"),
    /** It gives a label that the exporter or the page's format gives. */
    RESERVED_LABEL("it has a label that is not its to give (bot, le, quantile or __*)"),
    /** Nothing that counts can have its value. */
    IMPOSSIBLE_VALUE("its count, sum or quantile is negative, or its quantile is no part of 1"),
    /** The file has the series twice. */
    DUPLICATE("the file has it twice"),
    /** The page has no room for all of the bot's series. */
    NO_ROOM("the page is full: the bot's series are too many or too long"),
    /** One of the exporter's own metrics throws; the only reason that no bot has. */
    OWN_METRIC("it throws");

    private final String sentence;

    BadRecord(String sentence) {
        this.sentence = sentence;
    }

    /** {@return the label value} */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return why, for the log} */
    String sentence() {
        return sentence;
    }

    @Override
    public String toString() {
        return label();
    }
}
