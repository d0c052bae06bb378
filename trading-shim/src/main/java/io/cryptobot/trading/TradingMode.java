package io.cryptobot.trading;

import java.util.Locale;

/** The trading mode decides where the orders of a bot go. */
public enum TradingMode {
    /** Orders go to the exchange. */
    LIVE(0x4C495645),
    /** Orders go to the paper exchange. Use it when the exchange has problems. */
    PAPER(0x50415052),
    /** All orders are denied. Use it when the bot has problems. */
    HALT(0x48414C54);

    /**
     * The upper 32 bits of the mode word. It is the name of the mode in ASCII, so that random data is very unlikely to
     * be a valid mode.
     */
    private final int constant;

    /** Cached, because it is read for each line of the order log. */
    private final String label = name().toLowerCase(Locale.ROOT);

    TradingMode(int constant) {
        this.constant = constant;
    }

    /** {@return the mode word: this mode and the number of the switch as one 64-bit value} */
    public long word(int epoch) {
        return (long) constant << 32 | Integer.toUnsignedLong(epoch);
    }

    /** {@return the mode of a mode word; PAPER for zero and for invalid words} */
    public static TradingMode ofWord(long word) {
        int constant = (int) (word >>> 32);
        if (constant == LIVE.constant) {
            return LIVE;
        }
        return constant == HALT.constant ? HALT : PAPER;
    }

    public static int epochOfWord(long word) {
        return (int) word;
    }

    /** {@return the value of the metric label and of the command-line option} */
    public String label() {
        return label;
    }
}
