package io.cryptobot.trading.command;

import java.util.Optional;

/** What a tool may ask a running bot to do. The numbers stand in the control file. */
public enum BotCommand {
    /** List and count the live orders that rest at the exchange. */
    OPEN_ORDERS(1),
    /** Cancel those that open or enlarge a position; leave the protective ones. */
    CANCEL_ENTRIES(2),
    /** Cancel all of them. */
    CANCEL_ALL(3),
    /** Put a new exchange client in the old one's place. */
    RESTART_CLIENT(4),
    /** Tell how old the exchange client is. */
    CLIENT_STATUS(5),
    /** Take a person's word for what became of an unknown order; the order and the word are the argument. */
    RESOLVE_UNKNOWN(6);

    private final int number;

    BotCommand(int number) {
        this.number = number;
    }

    long word(int sequence) {
        return (long) number << 32 | Integer.toUnsignedLong(sequence);
    }

    static Optional<BotCommand> ofWord(long word) {
        for (BotCommand command : values()) {
            if (command.number == word >>> 32) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }
}
