package io.cryptobot.trading.mode;

import io.cryptobot.trading.TradingMode;
import org.jspecify.annotations.Nullable;

/**
 * What the gate gives an order: the way that it may go, and for a live one its entry in the control file, which it holds until it
 * has ended. Made once for each entry of a file, so that an order allocates none.
 */
public final class Pass {
    static final Pass PAPER = new Pass(TradingMode.PAPER, null, ControlFile.NO_ENTRY);
    static final Pass HALT = new Pass(TradingMode.HALT, null, ControlFile.NO_ENTRY);

    private final TradingMode mode;
    private final @Nullable ControlFile file;
    private final int entry;

    private Pass(TradingMode mode, @Nullable ControlFile file, int entry) {
        this.mode = mode;
        this.file = file;
        this.entry = entry;
    }

    static Pass live(ControlFile file, int entry) {
        return new Pass(TradingMode.LIVE, file, entry);
    }

    /** {@return a pass for the way that is not live} */
    static Pass notLive(TradingMode mode) {
        return mode == TradingMode.HALT ? HALT : PAPER;
    }

    /** {@return where the order may go} */
    public TradingMode mode() {
        return mode;
    }

    /** {@return where a live order is counted in; null for any other} */
    @Nullable
    ControlFile file() {
        return file;
    }

    int entry() {
        return entry;
    }
}
