package io.cryptobot.smoke.drill;

import io.cryptobot.smoke.cli.DurationConverter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code --alert-demo}, without the addresses. */
final class AlertDemoOptions {
    @Option(
            names = "--until-resolved",
            description = "Also wait for the resolved message, which takes ten minutes or more.")
    boolean untilResolved;

    @Option(
            names = "--repeat",
            paramLabel = "<n>",
            description = "Number of drills, one after another; shows the shortest, the median and the longest time.")
    @Nullable
    Integer repeat;

    @Option(
            names = "--every",
            paramLabel = "<time>",
            converter = DurationConverter.class,
            description = "Drill again and again, such as every 6h, and write the results as metrics of the bot"
                    + " alert-drill.")
    @Nullable
    Duration every;

    @Option(names = "--rounds", paramLabel = "<n>", description = "With --every: end after so many.")
    @Nullable
    Integer rounds;

    @Option(names = "--junit", paramLabel = "<file>", description = "Write the results as JUnit does.")
    @Nullable
    Path junit;

    /** {@return the first given option that only a drill has; null if there is none} */
    @Nullable
    String given() {
        if (untilResolved) {
            return "--until-resolved";
        }
        if (repeat != null) {
            return "--repeat";
        }
        if (every != null) {
            return "--every";
        }
        if (rounds != null) {
            return "--rounds";
        }
        return junit == null ? null : "--junit";
    }

    /** {@return the conflict between the options; null if there is none} */
    @Nullable
    String problem() {
        if (repeat != null && (repeat < 1 || repeat > 1000)) {
            return "--repeat must be from 1 to 1000, was " + repeat;
        }
        if (rounds != null && (rounds < 1 || every == null)) {
            return every == null ? "--rounds needs --every" : "--rounds must be >= 1, was " + rounds;
        }
        if (every != null && (repeat != null || junit != null)) {
            return "--every goes with neither --repeat nor --junit";
        }
        return null;
    }
}
