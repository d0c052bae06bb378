package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.counters.BotState;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.files.RunDirectory;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The addresses of the parts of a local stack, without a path. Immutable. */
record StackAddresses(URI exporter, URI exporterAdmin, URI prometheus, URI alertmanager, URI receivers, URI exchange) {
    StackAddresses {
        Objects.requireNonNull(exporter, "exporter is null");
        Objects.requireNonNull(exporterAdmin, "exporterAdmin is null");
        Objects.requireNonNull(prometheus, "prometheus is null");
        Objects.requireNonNull(alertmanager, "alertmanager is null");
        Objects.requireNonNull(receivers, "receivers is null");
        Objects.requireNonNull(exchange, "exchange is null");
    }

    static URI loopback(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** {@return the addresses of the alert chain} */
    ChainAddresses chain() {
        return new ChainAddresses(exporter, prometheus, alertmanager, receivers);
    }

    /** {@return the address of a part by its name; null for the bot, which has none} */
    @Nullable
    URI of(String part) {
        return switch (part) {
            case "receivers" -> receivers;
            case "exchange" -> exchange;
            case "exporter" -> exporter;
            case "alertmanager" -> alertmanager;
            case "prometheus" -> prometheus;
            default -> null;
        };
    }

    /** Whether a part reports that it is ready; for the bot, its counters file in the run directory counts. */
    boolean isReady(String part, RunDirectory runDirectory) throws InterruptedException {
        URI address = of(part);
        if (address != null) {
            return HttpProbe.isReady(address);
        }
        try (CountersReader reader = CountersReader.open(runDirectory.countersFile(StackFiles.BOT), StackFiles.BOT)) {
            return BotState.of(reader) == BotState.RUNNING;
        } catch (CountersFileException e) {
            return false;
        }
    }
}
