package io.cryptobot.exporter.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers as people read them, the same on every host. */
final class Words {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    /** Of a bot, in characters. */
    private static final int LONGEST_NAME = 64;

    private Words() {}

    /** {@return a whole number with commas between thousands} */
    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@return "1 order", "2 orders"} */
    static String count(long count, String noun) {
        return count(count, noun, noun + "s");
    }

    static String count(long count, String singular, String plural) {
        return number(count) + " " + (count == 1 ? singular : plural);
    }

    /** {@return a length of time in its greatest sensible unit: "0.3 s", "40 s", "12 min", "5 h", "3 days"} */
    static String duration(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, seconds));
        }
        if (seconds < 120) {
            return Math.round(seconds) + " s";
        }
        if (seconds < 7_200) {
            return Math.round(seconds / 60) + " min";
        }
        return seconds < 172_800 ? Math.round(seconds / 3_600) + " h" : Math.round(seconds / 86_400) + " days";
    }

    /** {@return the ISO instant, to the second} */
    static String instant(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@return an ISO instant as people read it} */
    static String time(String instant) {
        return instant.replace("T", " ").replace("Z", " UTC");
    }

    /** {@return what to sort a bot's name by, so that bot-2 comes before bot-10} */
    static String inNaturalOrder(String name) {
        return NUMBER.matcher(name)
                .replaceAll(number -> "0".repeat(LONGEST_NAME - number.group().length()) + number.group());
    }
}
