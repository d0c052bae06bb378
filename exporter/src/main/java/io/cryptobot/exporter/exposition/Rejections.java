package io.cryptobot.exporter.exposition;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The records of one bot that are left out of one page, by reason. Confined to one scrape. */
final class Rejections {
    /** Enough messages to find the cause, because there can be thousands. */
    private static final int MAX_MESSAGES = 5;

    private final Map<BadRecord, Integer> counts = new EnumMap<>(BadRecord.class);
    private final List<String> messages = new ArrayList<>();

    void add(BadRecord reason, int count, String what) {
        counts.merge(reason, count, Integer::sum);
        if (messages.size() < MAX_MESSAGES) {
            messages.add(what + ": " + reason.text());
        }
    }

    int count(BadRecord reason) {
        return counts.getOrDefault(reason, 0);
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /** {@return a line for the log} */
    @Override
    public String toString() {
        return "left out by reason " + counts + ", such as " + messages;
    }
}
