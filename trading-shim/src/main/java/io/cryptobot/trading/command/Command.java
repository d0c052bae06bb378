package io.cryptobot.trading.command;

import io.cryptobot.telemetry.ToolApi;
import java.util.Arrays;
import java.util.Optional;

/** What a tool can ask a running bot to do. The numbers are part of the control file's format. */
@ToolApi
public enum Command {
    /** List and count the live orders that rest at the exchange. */
    OPEN_ORDERS(1),
    /** Cancel those that open or enlarge a position; keep the reduce-only ones. */
    CANCEL_ENTRIES(2),
    /** Cancel all of them. */
    CANCEL_ALL(3),
    /** Replace the exchange client by a new one. */
    RESTART_CLIENT(4),
    /** Tell how old the exchange client is. */
    CLIENT_STATUS(5),
    /** Resolve an unknown order as a person says; the argument names the order and its outcome. */
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
