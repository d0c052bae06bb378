package io.cryptobot.exporter;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Logs a problem once when it appears or changes and once when it is gone, even if it is reported again and again.
 * Otherwise a check that runs once a second would fill the log. Not thread-safe: guarded by its owner.
 */
public final class ChangeLogger {
    private final Logger logger;
    private Map<String, String> known = Map.of();

    public ChangeLogger(Logger logger) {
        this.logger = logger;
    }

    /** Reports the current problems by subject. A subject that is missing has no problem. */
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

    /**
     * Escapes line breaks. Names of files and labels are untrusted text, and a line break in them could forge a line of
     * the log.
     */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
