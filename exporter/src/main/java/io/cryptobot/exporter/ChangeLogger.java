package io.cryptobot.exporter;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Logs a problem once when it appears or changes and once when it is gone, however often it is reported: what is looked
 * at once a second would fill the log otherwise. Not thread-safe: guarded by its owner.
 */
public final class ChangeLogger {
    private final Logger logger;
    private Map<String, String> known = Map.of();

    public ChangeLogger(Logger logger) {
        this.logger = logger;
    }

    /** Takes the problems of this moment, by the thing that has them; what is not in here is well. */
    public void report(Map<String, String> problems) {
        for (Map.Entry<String, String> problem : problems.entrySet()) {
            if (!problem.getValue().equals(known.get(problem.getKey()))) {
                logger.warn("{}: {}", printable(problem.getKey()), printable(problem.getValue()));
            }
        }
        Set<String> before = known.keySet();
        for (String subject : before) {
            if (!problems.containsKey(subject)) {
                logger.info("{}: the problem is gone", printable(subject));
            }
        }
        known = new HashMap<>(problems);
    }

    /** Names of files and labels are anybody's text: a line break in them would begin a line that nobody logged. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
