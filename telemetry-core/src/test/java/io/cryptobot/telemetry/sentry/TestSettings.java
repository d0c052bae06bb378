package io.cryptobot.telemetry.sentry;

import java.util.List;
import java.util.Map;

/** Settings as a bot has them whose DSN was given on the command line. */
final class TestSettings {
    private TestSettings() {}

    static SentrySettings of(String dsn) {
        return new SentrySettings(
                SentryDsn.parse(dsn),
                "test",
                "9fa301e",
                Map.of(SentrySettings.Name.DSN, SentrySettings.Source.COMMAND_LINE),
                List.of());
    }
}
