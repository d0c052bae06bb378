package io.cryptobot.telemetry.sentry;

import static java.util.Objects.requireNonNull;

import io.cryptobot.telemetry.sentry.SentryOverrides.MalformedOverridesException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of error reports to Sentry. For each value the first of these sources is used: command line, environment
 * ({@code SENTRY_DSN}, {@code SENTRY_ENVIRONMENT}, {@code SENTRY_RELEASE}), the entry {@code sentry} of {@code
 * config/runtime_overrides.json}; without a DSN reporting is off. A blank variable counts as missing; in the SDK it
 * would silently switch Sentry off. To switch Sentry off, use {@code "enabled": false} in the overrides. A DSN on the
 * command line overrides {@code false} and an unreadable file.
 *
 * <p>Immutable. {@link #toString()} does not show the DSN's key.
 *
 * @param dsn the address of the project; null if reporting is off
 * @param release the running version; empty if unknown
 * @param sources the source of each value that is set
 * @param warnings warnings for the operator, each in one line without secrets; they contain the reason if reporting is
 *     off because of a mistake
 */
public record SentrySettings(
        @Nullable SentryDsn dsn, String environment, String release, Map<Name, Source> sources, List<String> warnings) {
    /** The default of the SDK is {@code production}, which is wrong for a bot on a laptop. */
    public static final String DEFAULT_ENVIRONMENT = "unspecified";

    /** A setting, with its names in the environment and in the overrides. */
    public enum Name {
        DSN("SENTRY_DSN", "dsn"),
        ENVIRONMENT("SENTRY_ENVIRONMENT", "environment"),
        RELEASE("SENTRY_RELEASE", "release");

        private final String variable;
        private final String key;

        Name(String variable, String key) {
            this.variable = variable;
            this.key = key;
        }

        /** {@return the name in the environment and in {@code production.env}} */
        public String variable() {
            return variable;
        }

        /** {@return the name in the overrides' entry {@code sentry}} */
        public String key() {
            return key;
        }
    }

    public enum Source {
        COMMAND_LINE("command line"),
        ENVIRONMENT("environment"),
        OVERRIDES("runtime_overrides.json");

        private final String text;

        Source(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public SentrySettings {
        requireNonNull(environment, "environment is null");
        requireNonNull(release, "release is null");
        sources = Map.copyOf(sources);
        warnings = List.copyOf(warnings);
    }

    /** {@return the settings of a process; invalid values become warnings and no exceptions} */
    public static SentrySettings resolve(
            Map<Name, String> commandLine, Map<String, String> environment, Path overridesFile) {
        return new Resolution(commandLine, environment).resolve(overridesFile);
    }

    public boolean enabled() {
        return dsn != null;
    }

    /** {@return one line for the operator, without the key} */
    @Override
    public String toString() {
        return dsn == null
                ? "Sentry off"
                : "Sentry " + dsn + " (from " + sources.get(Name.DSN) + "), environment " + environment + ", release "
                        + (release.isEmpty() ? "unknown" : release);
    }

    private static final class Resolution {
        private final Map<Name, String> commandLine;
        private final Map<String, String> environment;
        private final Map<Name, Source> sources = new LinkedHashMap<>();
        private final List<String> warnings = new ArrayList<>();

        Resolution(Map<Name, String> commandLine, Map<String, String> environment) {
            this.commandLine = commandLine;
            this.environment = environment;
        }

        SentrySettings resolve(Path overridesFile) {
            boolean explicit = !commandLine.getOrDefault(Name.DSN, "").isBlank();
            SentryOverrides overrides = new SentryOverrides(true, Map.of());
            boolean allowed = true;
            try {
                overrides = SentryOverrides.read(overridesFile);
                allowed = overrides.enabled();
                if (!allowed && !explicit) {
                    warnings.add("Sentry off: " + overridesFile + " says \"enabled\": false");
                }
            } catch (MalformedOverridesException e) {
                allowed = false;
                warnings.add((explicit ? "" : "Sentry off: ") + e.getMessage());
            }
            SentryDsn dsn = allowed || explicit ? dsn(value(Name.DSN, overrides)) : null;
            String name = value(Name.ENVIRONMENT, overrides);
            if (dsn != null && name.isEmpty()) {
                warnings.add(
                        Name.ENVIRONMENT.variable() + " is not set: events carry environment " + DEFAULT_ENVIRONMENT);
            }
            return new SentrySettings(
                    dsn,
                    name.isEmpty() ? DEFAULT_ENVIRONMENT : name,
                    value(Name.RELEASE, overrides),
                    sources,
                    warnings);
        }

        private String value(Name name, SentryOverrides overrides) {
            String variable = environment.get(name.variable());
            if (variable != null && variable.isBlank()) {
                warnings.add(name.variable() + " is blank and ignored; to switch Sentry off set \"enabled\": false in"
                        + " the entry sentry of runtime_overrides.json");
            }
            Map<Source, String> candidates = new LinkedHashMap<>();
            candidates.put(Source.COMMAND_LINE, commandLine.getOrDefault(name, ""));
            candidates.put(Source.ENVIRONMENT, variable == null ? "" : variable);
            candidates.put(Source.OVERRIDES, overrides.text(name.key()));
            for (Map.Entry<Source, String> candidate : candidates.entrySet()) {
                if (!candidate.getValue().isBlank()) {
                    sources.put(name, candidate.getKey());
                    return candidate.getValue().strip();
                }
            }
            return "";
        }

        private @Nullable SentryDsn dsn(String text) {
            if (text.isEmpty()) {
                return null;
            }
            try {
                return SentryDsn.parse(text);
            } catch (IllegalArgumentException e) {
                warnings.add("Sentry off: " + e.getMessage() + " (from " + sources.get(Name.DSN) + ")");
                return null;
            }
        }
    }
}
