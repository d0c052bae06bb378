package io.cryptobot.exporter.bots;

import com.codahale.metrics.health.HealthCheck;
import java.util.ArrayList;
import java.util.List;

/** Unhealthy while a counters file cannot be read. Shown by the admin connector only. Thread-safe. */
public final class UnreadableFilesCheck extends HealthCheck {
    private final BotDirectory bots;

    public UnreadableFilesCheck(BotDirectory bots) {
        this.bots = bots;
    }

    @Override
    protected Result check() {
        Bots now = bots.read();
        if (!now.listable()) {
            return Result.unhealthy("the run directory cannot be listed");
        }
        List<String> messages = new ArrayList<>();
        now.unreadable().forEach(file -> messages.add(file.message()));
        if (now.moreUnreadable() > 0) {
            messages.add(now.moreUnreadable() + " more counters files cannot be read");
        }
        return messages.isEmpty() ? Result.healthy() : Result.unhealthy(String.join("; ", messages));
    }
}
