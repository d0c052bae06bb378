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
 * The commands on an installation. A release is written beside the one that runs, checked, put in its place by the
 * change of one link, loaded, and compared with what the servers then run; whatever fails, the one before runs on.
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

    /** A release as it will run on this host, and the jar or the directory that it comes from. */
    private record Prepared(Path origin, String id, FileTree shipped, FileTree live) {}

    void install(Path origin) throws IOException, InstallException {
        try (FileChannel unused = installation.lock()) {
            installation.local().prepare();
            activate(prepare(origin), "install");
        }
    }

    /** @param release the release to go back to, or nothing for the one that was current before */
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
                        installation.release(target) + ": with today's files of "
                                + installation.local().directory()
                                + " this is what runs; undo the change there and install");
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

    /** What is on the disk, what it would be if it were made anew, and what runs. */
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
                throw InstallException.refused(
                        current.resolve(path) + ": is not what release and local/ give; see diff, and install again");
            }
        }
        check(new StagedChecks(current, present));
        for (RunningServer server : servers) {
            say(server, server.verify(present));
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
                // somebody has edited it in place, and nothing but its own files may bear its name
                throw InstallException.refused(
                        installation.release(next.id) + ": was changed by hand; changes belong into "
                                + installation.local().directory());
            }
            installation.keep(staged, next.id);
        } catch (IOException | InstallException e) {
            Installation.delete(staged);
            throw e;
        }
        Optional<String> before = proven();
        installation.switchTo(next.id);
        out.println("√ current → releases/" + next.id + "  before=" + before.orElse("nothing"));
        try {
            load(next.live);
            installation.record(next.id, command);
        } catch (IOException | InstallException e) {
            throw goBack(before, next.id, e);
        }
        installation.prune();
    }

    /**
     * {@return the release to go back to} Not what "current" names if the command that put it there was killed before
     * the servers had taken it.
     */
    private Optional<String> proven() throws IOException {
        Set<String> present = installation.releases().keySet();
        return installation
                .currentId()
                .filter(present::contains)
                .or(() -> present.stream().findFirst());
    }

    /** The staged files are gone when people read of what is wrong with them: it names those that they can mend. */
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
            out.println("‼ promtool and amtool were not asked");
        }
    }

    private void load(FileTree live) throws IOException, InstallException {
        for (RunningServer server : servers) {
            server.reload();
        }
        for (RunningServer server : servers) {
            say(server, server.verify(live));
        }
        if (servers.isEmpty()) {
            out.println("‼ nothing was told to load it: give --prometheus and --alertmanager, or reload them yourself");
        }
    }

    private void say(RunningServer server, String compared) {
        out.println("√ " + server + " runs it  " + compared);
    }

    /** {@return what to tell} */
    private InstallException goBack(Optional<String> before, String failed, Exception cause) throws IOException {
        String reason = CommandLine.reason(cause);
        if (before.isEmpty()) {
            installation.removeCurrent();
            installation.prune();
            return new InstallException(
                    ExitCode.RETURNED, reason + "; releases/" + failed + " is not in use, as nothing was before");
        }
        installation.switchTo(before.get());
        try {
            load(FileTree.read(installation.release(before.get()), "ops/"));
        } catch (IOException | InstallException e) {
            return new InstallException(
                    ExitCode.NOT_RETURNED,
                    reason + "; current is releases/" + before.get() + " again, which is not confirmed: "
                            + CommandLine.reason(e));
        }
        installation.prune();
        return new InstallException(ExitCode.RETURNED, reason + "; releases/" + before.get() + " is back and runs");
    }
}
