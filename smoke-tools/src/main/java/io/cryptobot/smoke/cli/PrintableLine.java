package io.cryptobot.smoke.cli;

/** Makes one line of what a service or an exception has said, for a terminal. Stateless. */
final class PrintableLine {
    private PrintableLine() {}

    /** {@return the text without what ends a line, moves a terminal's cursor or turns its text around} */
    static String of(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
