package io.cryptobot.smoke.doctor;

import static io.cryptobot.smoke.cli.CheckResult.fail;
import static io.cryptobot.smoke.cli.CheckResult.pass;
import static io.cryptobot.smoke.cli.CheckResult.skip;
import static io.cryptobot.smoke.cli.CheckResult.warning;
import static java.util.Objects.requireNonNull;

import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.stack.Programs;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.telemetry.sentry.SentrySettings;
import io.cryptobot.trading.mode.DurableMode;
import io.cryptobot.trading.mode.ModeSwitch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the host itself needs before the bot's telemetry can work. Immutable. */
final class HostChecks {
    private static final Map<String, List<String>> PROGRAMS = new TreeMap<>(Map.of(
            "prometheus", List.of("prometheus"),
            "alertmanager", List.of("prometheus-alertmanager", "alertmanager"),
            "promtool", List.of("promtool"),
            "amtool", List.of("amtool")));
    private static final long RUN_SPACE_BYTES = 16L << 20;
    private static final long STATE_SPACE_BYTES = 256L << 20;
    private static final String SYNC = "check-runtime-dependencies --sync-sentry";

    private final Map<String, String> environment;
    private final CryptobotHome home;

    HostChecks(Map<String, String> environment) {
        this.environment = requireNonNull(environment, "environment is null");
        this.home = CryptobotHome.from(environment);
    }

    /** {@return all results, in the order in which a person would repair them} */
    List<CheckResult> run() {
        List<CheckResult> results = new ArrayList<>();
        results.add(java());
        results.add(homeDirectory());
        results.add(runDirectory());
        results.add(stateDirectory());
        results.add(counters());
        results.add(control());
        PROGRAMS.forEach((name, files) -> results.add(program(name, files)));
        results.add(secretFile(
                "production-env",
                home.productionEnv(),
                "write the lines SENTRY_DSN, SENTRY_ENVIRONMENT and SENTRY_RELEASE into it, then chmod 600 it"));
        results.add(secretFile("runtime-overrides", home.runtimeOverrides(), SYNC));
        for (String name : List.of("slack_api_url", "pagerduty_routing_key")) {
            results.add(alertmanagerSecret(name));
        }
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
        String id = "run-directory";
        String title = "run directory is in memory, writable for its owner only, and has room";
        Path directory = RunDirectory.from(environment).path();
        if (!Files.isDirectory(directory)) {
            return warning(
                    id,
                    title,
                    directory + " does not exist yet",
                    "start the bot, which makes it, or set CRYPTOBOT_RUN_DIR to the one that the bot uses");
        }
        Optional<CheckResult> wrong = unsafe(id, title, directory, RUN_SPACE_BYTES);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        return isInMemory(directory)
                ? pass(id, title).withEvidence("directory", directory.toString())
                : warning(
                        id,
                        title,
                        directory + " is not on tmpfs: the bot may wait while the kernel writes its counters to disk",
                        "set CRYPTOBOT_RUN_DIR to a directory below /dev/shm");
    }

    private CheckResult stateDirectory() {
        String id = "state-directory";
        String title = "state directory is on disk, writable for its owner only, and has room";
        Path directory = home.stateDirectory();
        if (!Files.isDirectory(directory)) {
            return warning(
                    id,
                    title,
                    directory + " does not exist yet",
                    "start the bot, which makes it, or set CRYPTOBOT_STATE_DIR to the one that the bot uses");
        }
        Optional<CheckResult> wrong = unsafe(id, title, directory, STATE_SPACE_BYTES);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        return isInMemory(directory)
                ? warning(
                        id,
                        title,
                        directory + " is on tmpfs: mode, audit log and waiting error reports are gone after a reboot",
                        "set CRYPTOBOT_STATE_DIR to a directory on disk")
                : pass(id, title).withEvidence("directory", directory.toString());
    }

    private static Optional<CheckResult> unsafe(String id, String title, Path directory, long wantedBytes) {
        if (!Files.isWritable(directory)) {
            return Optional.of(fail(id, title, directory + " is not writable", "run as the user of the bot"));
        }
        try {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(directory);
            if (rights.contains(PosixFilePermission.OTHERS_WRITE)) {
                return Optional.of(fail(
                        id,
                        title,
                        directory + " has rights " + PosixFilePermissions.toString(rights)
                                + ": everybody on this host can put files there",
                        "chmod o-w " + directory));
            }
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < wantedBytes) {
                return Optional.of(fail(
                        id,
                        title,
                        directory + " has " + (free >> 20) + " MiB left, wanted are " + (wantedBytes >> 20),
                        "df -h " + directory));
            }
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of(warning(id, title, "cannot look at " + directory + ": " + e, "look yourself"));
        }
        return Optional.empty();
    }

    private static boolean isInMemory(Path directory) {
        try {
            return Files.getFileStore(directory).type().matches("tmpfs|ramfs");
        } catch (IOException e) {
            return false;
        }
    }

    private CheckResult counters() {
        String id = "counters-file";
        String title = "the bot's counters can be read";
        InstanceName bot = InstanceName.from(environment);
        Path file = RunDirectory.from(environment).countersFile(bot);
        if (!Files.exists(file)) {
            return warning(id, title, file + " does not exist", "start the bot, or set CRYPTOBOT_INSTANCE to its name");
        }
        try (CountersReader reader = CountersReader.open(file, bot)) {
            int series = reader.snapshot().series().size();
            int damaged = reader.snapshot().damagedRecords();
            CheckResult result = damaged == 0
                    ? pass(id, title)
                    : warning(id, title, damaged + " records are damaged", "cryptobot counters show");
            return result.withEvidence("bot", bot.value()).withEvidence("series", Integer.toString(series));
        } catch (CountersFileException e) {
            return fail(id, title, String.valueOf(e.getMessage()), "cryptobot counters show");
        }
    }

    private CheckResult control() {
        String id = "control-file";
        String title = "the bot obeys its mode switch";
        InstanceName bot = InstanceName.from(environment);
        Path file = RunDirectory.from(environment).controlFile(bot);
        if (!Files.exists(file)) {
            return warning(id, title, file + " does not exist, which means paper", "start the bot");
        }
        try {
            ModeSwitch.Result status = new ModeSwitch(file, new DurableMode(home.stateDirectory(), bot)).status();
            return (status.acknowledged()
                            ? pass(id, title)
                            : warning(id, title, "no running bot has acknowledged the mode", "start the bot"))
                    .withEvidence("mode", String.valueOf(status.mode()));
        } catch (IOException e) {
            return fail(id, title, String.valueOf(e.getMessage()), "mode-switch --mode=status");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(id, title, "interrupted", "");
        }
    }

    private CheckResult program(String name, List<String> files) {
        String title = name + " is on the path";
        String debianPackage =
                name.equals("prometheus") || name.equals("promtool") ? "prometheus" : "prometheus-alertmanager";
        return Programs.onPath(environment, files)
                .map(program -> pass(name, title).withEvidence("file", program.toString()))
                .orElseGet(() -> warning(
                        name,
                        title,
                        "not found; only the local stack and the rule tests need it",
                        "apt-get install " + debianPackage));
    }

    /** Only the monitoring host has them; a missing one shows up nowhere else before the first alert is sent. */
    private CheckResult alertmanagerSecret(String name) {
        String configured =
                environment.getOrDefault("CRYPTOBOT_SECRETS_DIR", "").strip();
        Path directory = Path.of(configured.isEmpty() ? "/etc/alertmanager/secrets" : configured);
        String title = name + " is there and only its owner can read it";
        if (configured.isEmpty() && !Files.isDirectory(directory)) {
            return skip(
                    name, title, directory + " is not on this host", "where it is elsewhere: CRYPTOBOT_SECRETS_DIR");
        }
        Path file = directory.resolve(name);
        String next = "write it, then chmod 600 it and give it to Alertmanager's user";
        return Files.isRegularFile(file)
                ? secretFile(name, file, next)
                : fail(name, title, file + " does not exist", next);
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
        String notes = String.join("; ", settings.warnings());
        if (!settings.enabled()) {
            return notes.isEmpty()
                    ? warning("sentry", title, "Sentry is not configured", SYNC)
                    : fail("sentry", title, notes, "correct " + home.productionEnv() + ", then " + SYNC);
        }
        CheckResult result = notes.isEmpty() ? pass("sentry", title) : warning("sentry", title, notes, "");
        return result.withEvidence("settings", settings.toString());
    }
}
