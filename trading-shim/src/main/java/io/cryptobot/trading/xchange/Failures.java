package io.cryptobot.trading.xchange;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads exceptions and their causes. */
final class Failures {
    /** Maximum number of causes, because a chain of causes can be cyclic. */
    private static final int MAX_DEPTH = 16;

    private static final int MAX_LENGTH = 200;
    private static final Pattern QUERY = Pattern.compile("\\?\\S*");

    private Failures() {}

    /** {@return the exception and its causes, outermost first} */
    static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        @Nullable Throwable next = failure;
        while (next != null && chain.size() < MAX_DEPTH) {
            chain.add(next);
            next = next.getCause();
        }
        return chain;
    }

    /** {@return one line for a message, without the query of an address, which contains a signature} */
    static String line(Throwable failure) {
        String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            return name;
        }
        String line =
                QUERY.matcher(message.strip().lines().findFirst().orElse("")).replaceAll("?…");
        return name + ": " + (line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…");
    }
}
