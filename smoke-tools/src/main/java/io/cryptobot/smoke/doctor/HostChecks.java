package io.cryptobot.smoke.doctor;

import static java.util.Objects.requireNonNull;

import io.cryptobot.smoke.cli.Check;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Checks of the host itself, which the bot's telemetry needs. Immutable. */
final class HostChecks {
    private static final Map<String, List<String>> PROGRAMS = new TreeMap<>(Map.of(
            "prometheus", List.of("prometheus"),
            "alertmanager", List.of("prometheus-alertmanager", "alertmanager"),
            "promtool", List.of("promtool"),
            "amtool", List.of("amtool")));
    private static final long RUN_SPACE_BYTES = 16L << 20;
    private static final long STATE_SPACE_BYTES = 256L << 20;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
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
                secret("production-env", home.productionEnv()),
                home.productionEnv(),
                "write the lines SENTRY_DSN, SENTRY_ENVIRONMENT and SENTRY_RELEASE into it, then chmod 600 it"));
        results.add(secretFile(secret("runtime-overrides", home.runtimeOverrides()), home.runtimeOverrides(), SYNC));
        for (String name : List.of("slack_api_url", "pagerduty_routing_key")) {
            results.add(alertmanagerSecret(name));
        }
        results.add(sentry());
        return results;
    }

    private static CheckResult java() {
        Check check = new Check("java", "Java is 17 or newer");
        int feature = Runtime.version().feature();
        return feature >= 17
                ? check.pass().withEvidence("version", Runtime.version().toString())
                : check.fail("this is Java " + feature, "install a newer one, such as openjdk-17-jre-headless");
    }

    private CheckResult homeDirectory() {
        Check check = new Check("home", "home directory exists");
        return Files.isDirectory(home.directory())
                ? check.pass().withEvidence("directory", home.directory().toString())
                : check.fail(home.directory() + " is not a directory", "set CRYPTOBOT_HOME to the bot's directory");
    }

    private CheckResult runDirectory() {
        Check check =
                new Check("run-directory", "run directory is in memory, writable for its owner only, and has room");
        Path directory = RunDirectory.from(environment).path();
        return directory(check, directory, "CRYPTOBOT_RUN_DIR", RUN_SPACE_BYTES)
                .orElseGet(() -> isInMemory(directory)
                        ? check.pass().withEvidence("directory", directory.toString())
                        : check.warning(
                                directory
                                        + " is not on tmpfs: the bot may wait while the kernel writes its counters to"
                                        + " disk",
                                "set CRYPTOBOT_RUN_DIR to a directory below /dev/shm"));
    }

    private CheckResult stateDirectory() {
        Check check =
                new Check("state-directory", "state directory is on disk, writable for its owner only, and has room");
        Path directory = home.stateDirectory();
        return directory(check, directory, "CRYPTOBOT_STATE_DIR", STATE_SPACE_BYTES)
                .orElseGet(() -> isInMemory(directory)
                        ? check.warning(
                                directory
                                        + " is on tmpfs: mode, audit log and waiting error reports are gone after a"
                                        + " reboot",
                                "set CRYPTOBOT_STATE_DIR to a directory on disk")
                        : check.pass().withEvidence("directory", directory.toString()));
    }

    /** {@return the problems of a directory of the bot on any file system; empty if there are none} */
    private static Optional<CheckResult> directory(Check check, Path directory, String variable, long neededBytes) {
        if (!Files.isDirectory(directory)) {
            return Optional.of(check.warning(
                    directory + " does not exist yet",
                    "start the bot, which makes it, or set " + variable + " to the one that the bot uses"));
        }
        if (!Files.isWritable(directory)) {
            return Optional.of(check.fail(directory + " is not writable", "run as the user of the bot"));
        }
        try {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(directory);
            if (rights.contains(PosixFilePermission.OTHERS_WRITE)) {
                return Optional.of(check.fail(
                        directory + " has rights " + PosixFilePermissions.toString(rights)
                                + ": everybody on this host can put files there",
                        "chmod o-w " + directory));
            }
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < neededBytes) {
                return Optional.of(check.fail(
                        directory + " has " + (free >> 20) + " MiB left and needs " + (neededBytes >> 20),
                        "df -h " + directory));
            }
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of(
                    check.warning("cannot read " + directory + ": " + e, "check it by hand: ls -ld " + directory));
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
        Check check = new Check("counters-file", "the bot's counters can be read");
        InstanceName bot = InstanceName.from(environment);
        Path file = RunDirectory.from(environment).countersFile(bot);
        if (!Files.exists(file)) {
            return check.warning(file + " does not exist", "start the bot, or set CRYPTOBOT_INSTANCE to its name");
        }
        try (CountersReader reader = CountersReader.open(file, bot)) {
            int series = reader.snapshot().series().size();
            int damaged = reader.snapshot().damagedRecords();
            CheckResult result = damaged == 0
                    ? check.pass()
                    : check.warning(damaged + " records are damaged", "cryptobot counters show");
            return result.withEvidence("bot", bot.value()).withEvidence("series", Integer.toString(series));
        } catch (CountersFileException e) {
            return check.fail(String.valueOf(e.getMessage()), "cryptobot counters show");
        }
    }

    private CheckResult control() {
        Check check = new Check("control-file", "the bot obeys its mode switch");
        InstanceName bot = InstanceName.from(environment);
        Path file = RunDirectory.from(environment).controlFile(bot);
        if (!Files.exists(file)) {
            return check.warning(file + " does not exist, which means paper", "start the bot");
        }
        try {
            ModeSwitch.Result status = new ModeSwitch(file, new DurableMode(home.stateDirectory(), bot)).status();
            return (status.acknowledged()
                            ? check.pass()
                            : check.warning("no running bot has acknowledged the mode", "start the bot"))
                    .withEvidence("mode", String.valueOf(status.mode()));
        } catch (IOException e) {
            return check.fail(String.valueOf(e.getMessage()), "mode-switch --mode=status");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return check.fail("interrupted", "");
        }
    }

    private CheckResult program(String name, List<String> files) {
        Check check = new Check(name, name + " is on the path");
        String debianPackage =
                name.equals("prometheus") || name.equals("promtool") ? "prometheus" : "prometheus-alertmanager";
        return Programs.onPath(environment, files)
                .map(program -> check.pass().withEvidence("file", program.toString()))
                .orElseGet(() -> check.warning(
                        "not found; only the local stack and the rule tests need it",
                        "apt-get install " + debianPackage));
    }

    /** Only the monitoring host has them; a missing one shows up nowhere else before the first alert is sent. */
    private CheckResult alertmanagerSecret(String name) {
        String configured =
                environment.getOrDefault("CRYPTOBOT_SECRETS_DIR", "").strip();
        Path directory = Path.of(configured.isEmpty() ? "/etc/alertmanager/secrets" : configured);
        Path file = directory.resolve(name);
        Check check = secret(name, file);
        if (configured.isEmpty() && !Files.isDirectory(directory)) {
            return check.skip(directory + " is not on this host", "if it is elsewhere, set CRYPTOBOT_SECRETS_DIR");
        }
        String next = "write it, then chmod 600 it and give it to Alertmanager's user";
        return Files.isRegularFile(file) ? secretFile(check, file, next) : check.fail(file + " does not exist", next);
    }

    private static Check secret(String id, Path file) {
        return new Check(id, file.getFileName() + " is there and only its owner can read it");
    }

    private static CheckResult secretFile(Check check, Path file, String howToMake) {
        if (!Files.isRegularFile(file)) {
            return check.warning(file + " does not exist", howToMake);
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return OWNER_ONLY.containsAll(permissions)
                    ? check.pass().withEvidence("file", file.toString())
                    : check.fail(
                            file + " has rights " + PosixFilePermissions.toString(permissions), "chmod 600 " + file);
        } catch (IOException | UnsupportedOperationException e) {
            return check.warning("cannot read the rights of " + file, "check them by hand: ls -l " + file);
        }
    }

    private CheckResult sentry() {
        Check check = new Check("sentry", "Sentry settings are valid");
        SentrySettings settings = SentrySettings.resolve(Map.of(), environment, home.runtimeOverrides());
        String warnings = String.join("; ", settings.warnings());
        if (!settings.enabled()) {
            return warnings.isEmpty()
                    ? check.warning("Sentry is not configured", SYNC)
                    : check.fail(warnings, "correct " + home.productionEnv() + ", then " + SYNC);
        }
        CheckResult result = warnings.isEmpty() ? check.pass() : check.warning(warnings, "");
        return result.withEvidence("settings", settings.toString());
    }
}
