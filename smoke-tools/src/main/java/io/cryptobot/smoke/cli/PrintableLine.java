package io.cryptobot.smoke.cli;

/** Converts a message of a service or an exception to one line that is safe for a terminal. Stateless. */
final class PrintableLine {
    private PrintableLine() {}

    /** {@return the text without line ends, control characters and characters that change the writing direction} */
    static String of(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
