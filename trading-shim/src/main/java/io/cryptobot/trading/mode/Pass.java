package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.trading.TradingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gate's answer to an order: where the order goes, and for a live one its entry in the control file, which it holds until it
 * has ended. Made once for each entry of a file, so that an order allocates none. Immutable.
 */
@Internal
public final class Pass {
    static final Pass PAPER = new Pass(TradingMode.PAPER, null, InFlightTable.NO_ENTRY);
    static final Pass HALT = new Pass(TradingMode.HALT, null, InFlightTable.NO_ENTRY);

    private final TradingMode mode;
    private final @Nullable InFlightTable table;
    private final int entry;

    private Pass(TradingMode mode, @Nullable InFlightTable table, int entry) {
        this.mode = mode;
        this.table = table;
        this.entry = entry;
    }

    static Pass live(InFlightTable table, int entry) {
        return new Pass(TradingMode.LIVE, table, entry);
    }

    static Pass notLive(TradingMode mode) {
        return mode == TradingMode.HALT ? HALT : PAPER;
    }

    /** {@return where the order goes} */
    public TradingMode mode() {
        return mode;
    }

    /** {@return the table that counts a live order} */
    InFlightTable table() {
        return Objects.requireNonNull(table, "only a live order leaves the gate");
    }

    int entry() {
        return entry;
    }
}
