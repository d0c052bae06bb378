package io.cryptobot.smoke.sentry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.config.ConfigurationException;
import io.cryptobot.telemetry.Redactor;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.sentry.SentryDsn;
import io.cryptobot.telemetry.sentry.SentrySettings.Name;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Copies Sentry's three settings from {@code production.env} into {@code runtime_overrides.json}. */
public final class SentrySync {
    private static final String ENTRY = "sentry";

    private final CryptobotHome home;
    private final Map<String, String> environment;

    public SentrySync(CryptobotHome home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    /** Whether to write. */
    public enum Mode {
        WRITE,
        DRY_RUN
    }

    /**
     * What a run changed or would change.
     *
     * @param changes lines of a diff without secrets, empty when the file already says the same
     * @param warnings warnings for a person, one line each
     */
    public record Result(List<String> changes, List<String> warnings) {
        public Result {
            changes = List.copyOf(changes);
            warnings = List.copyOf(warnings);
        }

        public boolean inSync() {
            return changes.isEmpty();
        }
    }

    /**
     * {@return the changes; a file with the same content is not touched}
     *
     * @throws ConfigurationException when one of the files is wrong or a setting is missing; then nothing was written
     * @throws IOException when the file cannot be written
     */
    public Result run(Mode mode) throws ConfigurationException, IOException {
        Map<String, String> values = ProductionEnv.read(home.productionEnv(), home.directory(), environment)
                .values();
        RuntimeOverrides overrides = RuntimeOverrides.read(home.runtimeOverrides());
        ObjectNode before = overrides.entry(ENTRY);
        ObjectNode after = before.deepCopy();
        for (Name name : Name.values()) {
            after.put(name.key(), required(values, name));
        }
        List<String> changes = new ArrayList<>();
        for (Name name : Name.values()) {
            addDifference(name, before, after, changes);
        }
        if (!RuntimeOverrides.isOwnerOnly(home.runtimeOverrides())) {
            changes.add("~ file rights: rw-------");
        }
        if (!changes.isEmpty() && mode == Mode.WRITE) {
            overrides.write(ENTRY, after);
        }
        return new Result(changes, warnings(after));
    }

    private String required(Map<String, String> values, Name name) throws ConfigurationException {
        String value = values.getOrDefault(name.variable(), "").strip();
        if (value.isEmpty()) {
            throw new ConfigurationException(home.productionEnv() + ": " + name.variable() + " is missing or empty");
        }
        if (name == Name.DSN) {
            try {
                SentryDsn.parse(value);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(home.productionEnv() + ": " + e.getMessage());
            }
        }
        return value;
    }

    private static void addDifference(Name name, ObjectNode before, ObjectNode after, List<String> changes) {
        if (!after.get(name.key()).equals(before.get(name.key()))) {
            String old = Redactor.redact(before.path(name.key()).asText());
            String shown = Redactor.redact(after.path(name.key()).asText());
            if (!old.isEmpty()) {
                changes.add("- sentry." + name.key() + ": " + old);
            }
            changes.add("+ sentry." + name.key() + ": " + shown + (old.equals(shown) ? " (another key)" : ""));
        }
    }

    private List<String> warnings(ObjectNode entry) throws IOException {
        List<String> warnings = new ArrayList<>();
        if (!RuntimeOverrides.isOwnerOnly(home.productionEnv())) {
            warnings.add("others can read the DSN: chmod 600 " + home.productionEnv());
        }
        if (entry.path("enabled").isBoolean() && !entry.path("enabled").asBoolean()) {
            warnings.add("the entry sentry says \"enabled\": false, so Sentry stays off");
        }
        for (Name name : Name.values()) {
            String variable = environment.getOrDefault(name.variable(), "");
            if (!variable.isBlank() && !variable.equals(entry.path(name.key()).asText())) {
                warnings.add(name.variable() + " in this process's environment differs and overrides the file");
            }
        }
        return warnings;
    }
}
