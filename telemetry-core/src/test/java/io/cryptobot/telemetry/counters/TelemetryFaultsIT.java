package io.cryptobot.telemetry.counters;

import static io.cryptobot.telemetry.counters.TelemetryFaultsIT.Fault.FOREIGN_OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.cryptobot.testing.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Telemetry meets every fault of its files while orders flow, each in a process of its own ({@link FaultyBot}): no count is
 * lost, nothing reaches the trading thread, the degradation is said once with its reason, and ends with its cause.
 *
 * <p>Full and read-only file systems are real ones, mounted in a mount namespace that nobody else sees. A user other than
 * root needs unprivileged user namespaces for that; the faults of a disk, which is an ext4 image on a loop device, need root.
 * Where that is missing the test fails and says so: a skipped fault is one that nobody looks at.
 *
 * <p>All faults happen at the same time, because most of the time is waiting for the next attempt to use the file.
 */
@EnabledIf(
        value = "mountsAreAllowed",
        disabledReason = "needs mount namespaces (unshare -m), which this machine or this chroot does not allow")
class TelemetryFaultsIT {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    /** The files of two runs fit, and an attempt to make a larger one does not. */
    private static final String TMPFS = "mount -t tmpfs -o size=1m,mode=0750 tmpfs \"$0\"";

    private static final String DISK = "mkfs.ext4 -q -F \"$0.image\" 2048k && mount -o loop \"$0.image\" \"$0\"";

    /** What happens; the scenario is the method of that name in {@link FaultyBot}. */
    enum Fault {
        FULL_TMPFS_WHEN_IT_STARTS(TMPFS, 1),
        FULL_DISK_WHEN_IT_STARTS(DISK, 1),
        FULL_TMPFS_WITH_A_FILE(TMPFS, 0),
        FULL_DISK_WITH_A_FILE(DISK, 0),
        SPARSE_FILE_ON_A_FULL_TMPFS(TMPFS, 1),
        SPARSE_FILE_ON_A_FULL_DISK(DISK, 1),
        NO_INODE_LEFT("mount -t tmpfs -o size=1m,nr_inodes=6,mode=0750 tmpfs \"$0\"", 2),
        READ_ONLY_DIRECTORY(TMPFS, 1),
        MISSING_DIRECTORY("", 2), // the second one is that of the bot that is kept out
        TRUNCATED("", 1),
        TRUNCATED_BEFORE_A_NEW_SERIES_AND_ERROR("", 4),
        DELETED("", 1),
        REPLACED("", 1),
        FOREIGN_OWNER("", 1),
        SECOND_BOT("", 1),
        FUTURE_VERSION("", 0),
        OTHER_BYTE_ORDER("", 0),
        NAMED_PIPE("", 0);

        private final String mount;
        private final int degradations;

        Fault(String mount, int degradations) {
            this.mount = mount;
            this.degradations = degradations;
        }
    }

    /** What stands under the file's name then is somebody else's: it is kept, and said. */
    private static final Set<Fault> PUT_ASIDE =
            EnumSet.of(Fault.REPLACED, Fault.FUTURE_VERSION, Fault.OTHER_BYTE_ORDER, Fault.NAMED_PIPE);

    @TempDir
    static Path directories;

    private static final Map<Fault, Run> RUNS = new EnumMap<>(Fault.class);

    @BeforeAll
    static void letAllFaultsHappen() throws IOException {
        for (Fault fault : Fault.values()) {
            RUNS.put(fault, new Run(fault));
        }
    }

    @AfterAll
    static void endAllProcesses() {
        RUNS.values().forEach(run -> run.bot.close());
    }

    static boolean mountsAreAllowed() {
        return ChildProcess.program("unshare", "-m", "true").run().exitCode() == 0;
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TRUNCATED", "TRUNCATED_BEFORE_A_NEW_SERIES_AND_ERROR"})
    void costsNoCountAndNoOrder(Fault fault) throws Exception {
        assertHeld(fault);
    }

    /** When the JVM reports a fault of a truncated mapping, and how often, is chance: run this by hand, more than once. */
    @ParameterizedTest
    @EnumSource(names = {"TRUNCATED", "TRUNCATED_BEFORE_A_NEW_SERIES_AND_ERROR"})
    @EnabledIfSystemProperty(
            named = "faults.truncation",
            matches = "true",
            disabledReason = "depends on when the JVM reports a fault; -Dfaults.truncation=true runs it")
    void costsNoCountAndNoOrderWhenTruncated(Fault fault) throws Exception {
        assertHeld(fault);
    }

    private static void assertHeld(Fault fault) throws Exception {
        Run run = RUNS.get(fault);
        List<String> lines = run.lines.get(300, TimeUnit.SECONDS);
        String output = String.join("\n", lines);
        if (!lines.contains("mounted")) {
            fail(
                    "%s needs %s. It said: %s",
                    fault,
                    fault.mount.equals(DISK)
                            ? "root with CAP_SYS_ADMIN, mkfs.ext4 (package e2fsprogs) and a loop device"
                            : "a namespace of its own: run the build as root with CAP_SYS_ADMIN, or allow unprivileged user"
                                    + " namespaces (sysctl kernel.unprivileged_userns_clone=1 and"
                                    + " kernel.apparmor_restrict_unprivileged_userns=0)",
                    output);
        }
        assertThat(run.bot.awaitExit(Duration.ofSeconds(10))).as(output).isZero();
        assertThat(lines).as(output).contains("held");
        assertThat(lines.stream().filter(line -> line.contains("is degraded: ")))
                .as("one line for each degradation in\n%s", output)
                .hasSize(fault.degradations);
        if (PUT_ASIDE.contains(fault)) {
            assertThat(lines)
                    .as(output)
                    .filteredOn(line -> line.contains("was put aside as "))
                    .hasSize(1);
        }
        assertThat(lines).as(output).noneMatch(line -> line.contains("Exception") && !line.contains("is degraded: "));
    }

    /** A bot that meets a fault, and what it prints. */
    private static final class Run {
        final ChildProcess bot;
        final CompletableFuture<List<String>> lines;

        Run(Fault fault) throws IOException {
            Path directory = directories.resolve(fault.name());
            Files.createDirectory(directory);
            if (fault == FOREIGN_OWNER) {
                directory = foreignDirectory(directory);
            }
            ChildProcess.Builder builder = ChildProcess.java(FaultyBot.class, fault, directory)
                    .options("-Xmx128m", "-XX:-UsePerfData", "-XX:-CreateCoredumpOnCrash")
                    .options("-Downer.comes.back=" + ROOT)
                    .directory(directories) // where a VM that dies leaves its report
                    .pipedWithErrors();
            if (fault == FOREIGN_OWNER && ROOT) {
                // a user that is not root, for whom the files of this build stay readable
                builder.prefix("unshare", "--user", "--map-user=1000", "--map-group=1000");
            } else if (!fault.mount.isEmpty()) {
                builder.prefix("unshare", ROOT ? "-m" : "-rm");
            }
            String mount = fault.mount.isEmpty() ? "true" : "PATH=$PATH:/usr/sbin:/sbin; " + fault.mount;
            builder.prefix("sh", "-c", mount + " && echo mounted && exec \"$@\"", directory.toString());
            Path files = directory;
            bot = builder.start();
            // a thread for each: on a machine of two cores the common pool of JDK 25 has only one, for all of them
            lines = CompletableFuture.supplyAsync(
                    () -> read(bot.process(), line -> {
                        if (fault == FOREIGN_OWNER && ROOT && line.equals(FaultyBot.UNTOUCHED)) {
                            chown(files, 0);
                        }
                    }),
                    task -> new Thread(task, "output of " + fault).start());
        }

        /** Of another user and open to everybody: as a directory in {@code /dev/shm} that somebody else made first. */
        private static Path foreignDirectory(Path directory) throws IOException {
            if (!ROOT) {
                return Path.of("/dev/shm");
            }
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            chown(directory, 4242);
            return directory;
        }

        private static void chown(Path directory, int userId) {
            try {
                Files.setAttribute(directory, "unix:uid", userId);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static List<String> read(Process process, Consumer<String> onLine) {
            List<String> lines = new ArrayList<>();
            try (BufferedReader output = process.inputReader()) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    lines.add(line);
                    onLine.accept(line);
                }
            } catch (IOException e) {
                lines.add(e.toString());
            }
            return lines;
        }
    }
}
