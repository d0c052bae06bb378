package io.cryptobot.exporter.status;

import java.util.Locale;

/** Numbers as people read them, the same on every host. */
final class Words {
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
}
