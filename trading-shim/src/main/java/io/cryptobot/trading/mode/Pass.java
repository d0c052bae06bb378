package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.Internal;
import io.cryptobot.trading.TradingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@link ModeGate#enter} for one order: its mode, and for a live order its entry in the control file. The
 * passes of a file are made in advance, so that an order allocates nothing. Immutable.
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

    /** {@return the mode of the order: LIVE, PAPER or HALT} */
    public TradingMode mode() {
        return mode;
    }

    /** {@return the table of a live order} */
    InFlightTable table() {
        return Objects.requireNonNull(table, "only a live order has a table");
    }

    int entry() {
        return entry;
    }
}
