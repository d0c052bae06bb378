package io.cryptobot.trading.command;

import io.cryptobot.telemetry.ToolApi;
import java.util.Arrays;
import java.util.Optional;

/** A command that a tool can send to a running bot. The numbers are part of the control file's format. */
@ToolApi
public enum Command {
    /** List and count the open live orders. */
    OPEN_ORDERS(1),
    /** Cancel the orders that open or increase a position; keep reduce-only orders. */
    CANCEL_ENTRIES(2),
    /** Cancel all open live orders. */
    CANCEL_ALL(3),
    /** Replace the exchange client by a new one. */
    RESTART_CLIENT(4),
    /** Report the age of the exchange client. */
    CLIENT_STATUS(5),
    /** Resolve an unknown order manually; the argument contains the order and its outcome. */
    RESOLVE_UNKNOWN(6);

    private final int number;

    Command(int number) {
        this.number = number;
    }

    long word(int sequence) {
        return (long) number << 32 | Integer.toUnsignedLong(sequence);
    }

    static Optional<Command> ofWord(long word) {
        return Arrays.stream(values())
                .filter(command -> command.number == word >>> 32)
                .findFirst();
    }
}
