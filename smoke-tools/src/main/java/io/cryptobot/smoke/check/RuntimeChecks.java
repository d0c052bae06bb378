package io.cryptobot.smoke.check;

import static io.cryptobot.smoke.check.CheckResult.fail;
import static io.cryptobot.smoke.check.CheckResult.pass;
import static io.cryptobot.smoke.check.CheckResult.warning;
import static java.util.Objects.requireNonNull;

import io.cryptobot.telemetry.CryptobotHome;
import io.cryptobot.telemetry.RunDirectory;
import io.cryptobot.telemetry.sentry.SentrySettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What this machine needs before the bot's telemetry can work. Looks only, changes nothing. */
public final class RuntimeChecks {
    private static final List<String> PROGRAMS = List.of("prometheus", "prometheus-alertmanager", "promtool", "amtool");
    private static final String SYNC = "check-runtime-dependencies --sync-sentry";

    private final Map<String, String> environment;
    private final CryptobotHome home;

    public RuntimeChecks(Map<String, String> environment) {
        this.environment = requireNonNull(environment, "environment is null");
        this.home = CryptobotHome.from(environment);
    }

    /** {@return all results, in the order in which a person would repair them} */
    public List<CheckResult> run() {
        List<CheckResult> results = new ArrayList<>();
        results.add(java());
        results.add(homeDirectory());
        results.add(runDirectory());
        PROGRAMS.forEach(program -> results.add(program(program)));
        results.add(secretFile(
                "production-env",
                home.productionEnv(),
                "write the lines SENTRY_DSN, SENTRY_ENVIRONMENT and SENTRY_RELEASE into it, then chmod 600 it"));
        results.add(secretFile("runtime-overrides", home.runtimeOverrides(), SYNC));
        results.add(sentry());
        return results;
    }

    private static CheckResult java() {
        int feature = Runtime.version().feature();
        String title = "Java is 17 or newer";
        return feature >= 17
                ? pass("java", title).withEvidence("version", Runtime.version().toString())
                : fail(
                        "java",
                        title,
                        "this is Java " + feature,
                        "install a newer one, such as openjdk-17-jre-headless");
    }

    private CheckResult homeDirectory() {
        String title = "home directory exists";
        return Files.isDirectory(home.directory())
                ? pass("home", title).withEvidence("directory", home.directory().toString())
                : fail(
                        "home",
                        title,
                        home.directory() + " is not a directory",
                        "set CRYPTOBOT_HOME to the bot's directory");
    }

    private CheckResult runDirectory() {
        Path directory = RunDirectory.from(environment).path();
        String title = "run directory is there and writable";
        if (!Files.isDirectory(directory)) {
            return warning(
                    "run-directory",
                    title,
                    directory + " does not exist yet",
                    "start the bot, which makes it, or set CRYPTOBOT_RUN_DIR to the one that the bot uses");
        }
        return Files.isWritable(directory)
                ? pass("run-directory", title).withEvidence("directory", directory.toString())
                : fail("run-directory", title, directory + " is not writable", "run as the user of the bot");
    }

    private CheckResult program(String name) {
        String title = name + " is on the path";
        for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(directory.isEmpty() ? "." : directory).resolve(name);
            if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                return pass(name, title).withEvidence("file", program.toString());
            }
        }
        String debianPackage =
                name.equals("prometheus") || name.equals("promtool") ? "prometheus" : "prometheus-alertmanager";
        return warning(
                name,
                title,
                "not found; only the local stack and the rule tests need it",
                "apt-get install " + debianPackage);
    }

    private static CheckResult secretFile(String id, Path file, String howToMake) {
        String title = file.getFileName() + " is there and only its owner can read it";
        if (!Files.isRegularFile(file)) {
            return warning(id, title, file + " does not exist", howToMake);
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            Set<PosixFilePermission> owner =
                    EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            return owner.containsAll(permissions)
                    ? pass(id, title).withEvidence("file", file.toString())
                    : fail(
                            id,
                            title,
                            file + " has rights " + PosixFilePermissions.toString(permissions),
                            "chmod 600 " + file);
        } catch (IOException | UnsupportedOperationException e) {
            return warning(id, title, "cannot read the rights of " + file, "look at them yourself");
        }
    }

    private CheckResult sentry() {
        String title = "Sentry settings are valid";
        SentrySettings settings = SentrySettings.resolve(Map.of(), environment, home.runtimeOverrides());
        String notes = String.join("; ", settings.notes());
        if (!settings.enabled()) {
            return notes.isEmpty()
                    ? warning("sentry", title, "Sentry is not configured", SYNC)
                    : fail("sentry", title, notes, "correct " + home.productionEnv() + ", then " + SYNC);
        }
        CheckResult result = notes.isEmpty() ? pass("sentry", title) : warning("sentry", title, notes, "");
        return result.withEvidence("settings", settings.toString());
    }
}
