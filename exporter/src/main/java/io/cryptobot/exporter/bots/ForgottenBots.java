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
 * Decides which bots stopped longer ago than {@code forgetAfter}. The age is computed from the time of the bot's last
 * heartbeat by its own clock and from the clock of this host, because this works after a restart of the exporter too.
 * If one of the clocks was wrong, a dead bot is forgotten too soon or too late. A running bot is never forgotten, even
 * if the clocks are wrong. Not thread-safe: guarded by its owner.
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

    /** {@return true if the bot is forgotten} */
    boolean contain(InstanceName bot, Owner owner, Heartbeat heartbeat) {
        boolean lives = heartbeat.isAlive(owner) && heartbeat.hasBeaten();
        boolean old = owner.heartbeatMs() < clock.millis() - forgetAfter.toMillis();
        if (lives || !old) {
            return false;
        }
        present.put(bot.value(), new ForgottenBot(bot, Instant.ofEpochMilli(owner.heartbeatMs())));
        return true;
    }

    /**
     * {@return the forgotten bots of this pass, sorted by name} Call it after all bots have been checked. It logs
     * changes.
     */
    List<ForgottenBot> report() {
        present.forEach((bot, forgotten) -> {
            if (!known.containsKey(bot)) {
                logger.info(
                        "{} has given no heartbeat since {} and is no longer exported; delete its file to remove it",
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
