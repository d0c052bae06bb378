package io.cryptobot.exporter;

import com.codahale.metrics.health.HealthCheck;
import io.cryptobot.exporter.bots.BotDirectory;
import io.cryptobot.exporter.bots.UnreadableFile;
import java.util.List;

/** Unhealthy while a counters file cannot be read. Shown by the admin connector only. Thread-safe. */
final class UnreadableFilesCheck extends HealthCheck {
    private final BotDirectory bots;

    UnreadableFilesCheck(BotDirectory bots) {
        this.bots = bots;
    }

    @Override
    protected Result check() {
        if (!bots.isListable()) {
            return Result.unhealthy("the run directory cannot be listed");
        }
        List<String> messages =
                bots.read().unreadable().stream().map(UnreadableFile::message).toList();
        return messages.isEmpty() ? Result.healthy() : Result.unhealthy(String.join("; ", messages));
    }
}
