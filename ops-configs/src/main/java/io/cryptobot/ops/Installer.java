package io.cryptobot.ops;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The commands on an installation. {@code install} writes a release next to the active one, checks it, activates it by
 * replacing one link, reloads the servers, and compares their loaded configuration with it. On any failure the previous
 * release stays active.
 */
final class Installer {

    private final Installation installation;
    private final List<RunningServer> servers;
    private final boolean withTools;
    private final PrintStream out;

    Installer(Installation installation, List<RunningServer> servers, boolean withTools, PrintStream out) {
        this.installation = installation;
        this.servers = servers;
        this.withTools = withTools;
        this.out = out;
    }

    /** A release with the settings of this host, and the jar or the directory that it comes from. */
    private record Prepared(Path origin, String id, FileTree shipped, FileTree live) {}

    void install(Path origin) throws IOException, InstallException {
        try (FileChannel unused = installation.lock()) {
            installation.local().prepare();
            activate(prepare(origin), "install");
        }
    }

    /** @param release the release to activate, or empty for the previous one */
    void rollback(Optional<String> release) throws IOException, InstallException {
        try (FileChannel unused = installation.lock()) {
            String current = installation.currentId().orElse("");
            Set<String> present = installation.releases().keySet();
            String target = release.or(() ->
                            present.stream().filter(id -> !id.equals(current)).findFirst())
                    .orElseThrow(() -> new InstallException(
                            ExitCode.FAILED, installation.root() + ": there is no release to go back to"));
            if (!present.contains(target)) {
                throw new InstallException(
                        ExitCode.FAILED, installation.release(target) + ": no such release, there are " + present);
            }
            Prepared next = prepare(installation.release(target).resolve("shipped"));
            if (next.id.equals(current)) {
                throw new InstallException(
                        ExitCode.FAILED,
                        installation.release(target) + ": with the current files of "
                                + installation.local().directory()
                                + " this release is already active; to go back, undo your change there and install");
            }
            activate(next, "rollback");
        }
    }

    void diff(Path origin) throws IOException, InstallException {
        Prepared next = prepare(origin);
        FileTree present = FileTree.read(installation.current(), "ops/");
        out.println(installation.currentId().orElse("(nothing)") + " → " + next.id);
        out.print(TreeDifference.of(present, next.live));
    }

    /** Compares the files on the disk, the files that would be generated now, and the running servers. */
    void verify() throws IOException, InstallException {
        String id = installation
                .currentId()
                .orElseThrow(
                        () -> new InstallException(ExitCode.FAILED, installation.current() + ": nothing is installed"));
        Path current = installation.release(id);
        FileTree present = FileTree.read(current, "ops/");
        Prepared expected = prepare(current.resolve("shipped"));
        for (String path : expected.live.with(present.files()).files().keySet()) {
            if (!present.text(path).equals(expected.live.text(path))) {
                throw InstallException.refused(current.resolve(path)
                        + ": differs from the release with the files of local/; see diff, and install again");
            }
        }
        check(new StagedChecks(current, present));
        for (RunningServer server : servers) {
            printVerified(server, server.verify(present));
        }
        out.println("√ current is whole  release=" + id);
    }

    void list() throws IOException {
        String current = installation.currentId().orElse("");
        installation
                .releases()
                .forEach((id, line) -> out.println((id.equals(current) ? "* " : "  ") + id + "  " + line));
    }

    private Prepared prepare(Path origin) throws IOException, InstallException {
        FileTree shipped = FileTree.read(origin, "ops/", ReleaseManifest.FOLDER);
        ReleaseManifest manifest = ReleaseManifest.check(shipped, origin);
        FileTree live = installation.local().applyTo(shipped);
        return new Prepared(origin, manifest.version() + "-" + live.digest().substring(0, 8), shipped, live);
    }

    private void activate(Prepared next, String command) throws IOException, InstallException {
        out.println("√ every file is the one that was released  files="
                + next.shipped.paths("ops/", "").size() + "  rules="
                + ReleaseManifest.ruleNames(next.shipped).size());
        Path staged = installation.release(".staged");
        try {
            installation.stage(next.shipped, next.live);
            checkStaged(staged, next);
            if (Files.exists(installation.release(next.id))
                    && !FileTree.read(installation.release(next.id), "ops/")
                            .digest()
                            .equals(next.live.digest())) {
                // It was edited in place, and a release id must always mean the same files.
                throw InstallException.refused(installation.release(next.id) + ": was changed by hand; make changes in "
                        + installation.local().directory());
            }
            installation.keep(staged, next.id);
        } catch (IOException | InstallException e) {
            Installation.delete(staged);
            throw e;
        }
        Optional<String> before = lastAccepted();
        installation.switchTo(next.id);
        out.println("√ current → releases/" + next.id + "  before=" + before.orElse("nothing"));
        try {
            load(next.live);
            installation.record(next.id, command);
        } catch (IOException | InstallException e) {
            throw rollBack(before, next.id, e);
        }
        installation.prune();
    }

    /**
     * {@return the last release that the servers accepted} {@code current} can be newer if the command was killed after
     * it had changed the link.
     */
    private Optional<String> lastAccepted() throws IOException {
        Set<String> present = installation.releases().keySet();
        return installation
                .currentId()
                .filter(present::contains)
                .or(() -> present.stream().findFirst());
    }

    /** Error messages name the source file, because the staged file is deleted. */
    private void checkStaged(Path staged, Prepared next) throws IOException, InstallException {
        try {
            check(new StagedChecks(staged, next.live));
        } catch (InstallException e) {
            String message = CommandLine.reason(e);
            for (Map.Entry<String, Path> override :
                    installation.local().overrides().entrySet()) {
                message = message.replace(
                        staged.resolve(override.getKey()).toString(),
                        override.getValue().toString());
            }
            throw new InstallException(e.exitCode(), message.replace(staged + "/", next.origin + ": "));
        }
    }

    private void check(StagedChecks checks) throws IOException, InstallException {
        checks.checkFiles();
        out.println("√ metrics and templates are known, secrets are in place  secrets="
                + checks.secrets().size());
        if (withTools) {
            checks.checkWithTools();
            out.println("√ promtool and amtool accept it  rules=" + checks.rules());
        } else {
            out.println("‼ promtool and amtool checks were skipped");
        }
    }

    private void load(FileTree live) throws IOException, InstallException {
        for (RunningServer server : servers) {
            server.reload();
        }
        for (RunningServer server : servers) {
            printVerified(server, server.verify(live));
        }
        if (servers.isEmpty()) {
            out.println("‼ no server was reloaded: give --prometheus and --alertmanager, or reload them yourself");
        }
    }

    private void printVerified(RunningServer server, String compared) {
        out.println("√ " + server + " runs it  " + compared);
    }

    /** {@return the exception to throw} */
    private InstallException rollBack(Optional<String> before, String failed, Exception cause) throws IOException {
        String reason = CommandLine.reason(cause);
        if (before.isEmpty()) {
            installation.removeCurrent();
            installation.prune();
            return new InstallException(
                    ExitCode.ROLLED_BACK,
                    reason + "; releases/" + failed + " is not active, because there was no release before");
        }
        installation.switchTo(before.get());
        try {
            load(FileTree.read(installation.release(before.get()), "ops/"));
        } catch (IOException | InstallException e) {
            return new InstallException(
                    ExitCode.ROLLBACK_FAILED,
                    reason + "; current is releases/" + before.get() + " again, but the servers did not confirm it: "
                            + CommandLine.reason(e));
        }
        installation.prune();
        return new InstallException(ExitCode.ROLLED_BACK, reason + "; releases/" + before.get() + " is active again");
    }
}
