package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.counters.CountersSnapshot.Owner;
import io.cryptobot.telemetry.files.InstanceName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;

/**
 * Decides which bots have been gone for so long that nobody wants to see them any more. All that tells how long, over a
 * restart of the exporter too, is the time of the last heartbeat by the bot's own clock, held against the clock of this
 * host: where one of them was wrong, a dead bot leaves the page too soon or too late. A bot whose heartbeat is seen to move
 * is never forgotten, whatever the clocks say. Not thread-safe: guarded by its owner.
 */
final class ForgottenBots {
    private final Duration forgetAfter;
    private final InstantSource clock;
    private final Logger logger;
    private Map<String, ForgottenBot> known = Map.of();
    private Map<String, ForgottenBot> present = new TreeMap<>();

    ForgottenBots(Duration forgetAfter, InstantSource clock, Logger logger) {
        this.forgetAfter = forgetAfter;
        this.clock = clock;
        this.logger = logger;
    }

    /** Whether the bot is one of them. */
    boolean contain(InstanceName bot, Owner owner, Heartbeat heartbeat) {
        boolean lives = heartbeat.isAlive(owner) && heartbeat.wasSeenToMove();
        boolean old = owner.heartbeatMs() < clock.millis() - forgetAfter.toMillis();
        if (lives || !old) {
            return false;
        }
        present.put(bot.value(), new ForgottenBot(bot, Instant.ofEpochMilli(owner.heartbeatMs())));
        return true;
    }

    /** {@return those of this look, sorted by name, when all bots have been looked at} Logs what is new about them. */
    List<ForgottenBot> report() {
        present.forEach((bot, forgotten) -> {
            if (!known.containsKey(bot)) {
                logger.info(
                        "{} has given no heartbeat since {} and leaves the page; its file stays until somebody deletes it",
                        bot,
                        forgotten.lastHeartbeat());
            }
        });
        known.keySet().stream()
                .filter(bot -> !present.containsKey(bot))
                .forEach(bot -> logger.info("{} is no longer forgotten: it is back, or its file is gone", bot));
        known = present;
        present = new TreeMap<>();
        return List.copyOf(known.values());
    }
}
