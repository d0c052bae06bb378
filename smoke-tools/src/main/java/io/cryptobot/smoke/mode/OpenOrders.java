package io.cryptobot.smoke.mode;

import io.cryptobot.trading.command.Command;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The action for live orders that are open at the exchange. */
enum OpenOrders {
    KEEP(Command.OPEN_ORDERS),
    CANCEL_ENTRIES(Command.CANCEL_ENTRIES),
    CANCEL_ALL(Command.CANCEL_ALL);

    private final Command command;

    OpenOrders(Command command) {
        this.command = command;
    }

    Command command() {
        return command;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads {@code cancel-all} as {@link #CANCEL_ALL}. */
    static final class Converter implements ITypeConverter<OpenOrders> {
        @Override
        public OpenOrders convert(String value) {
            return Arrays.stream(values())
                    .filter(each -> each.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "expected one of " + Arrays.toString(values()) + " but was '" + value + "'"));
        }
    }
}
