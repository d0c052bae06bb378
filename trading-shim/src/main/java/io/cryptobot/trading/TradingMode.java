package io.cryptobot.trading;

import java.util.Locale;

/** What a bot may do with its orders. */
public enum TradingMode {
    /** Orders go to the exchange. */
    LIVE(0x4C495645),
    /** Orders go to the paper exchange: for "the exchange misbehaves". */
    PAPER(0x50415052),
    /** No orders at all: for "the bot misbehaves". */
    HALT(0x48414C54);

    /** Stands in the upper half of the mode word; spells the mode, so that no stray number is one. */
    private final int constant;

    /** Made once: each line of the order log asks for it. */
    private final String label = name().toLowerCase(Locale.ROOT);

    TradingMode(int constant) {
        this.constant = constant;
    }

    /** {@return the 64-bit word for this mode and a switch's number} */
    public long word(int epoch) {
        return (long) constant << 32 | Integer.toUnsignedLong(epoch);
    }

    /** {@return the mode of a word; anything that is not exactly LIVE or HALT is PAPER, zeros and garbage included} */
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

    /** {@return the label value and the command-line word} */
    public String label() {
        return label;
    }
}
