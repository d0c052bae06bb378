package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.cli.FileTree;
import io.cryptobot.smoke.exchange.RandomWalk;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole chain as processes in the background, one such stack for each user: {@link #up} starts them, {@link #down} ends
 * them, also from a later process and when some have ended. Only processes that are known by id and start time are ever
 * touched. {@code up} and {@code down} of several processes exclude each other; within one, confined to one thread, but for
 * {@link #abort}.
 */
public final class BackgroundStack {
    private static final int PARTS = 6;

    private final StackDirectory directory;
    private final StackProcesses processes = new StackProcesses(Lifetime.DETACHED);
    /** What {@link #abort} ends; guarded by "this". */
    private @Nullable StackState starting;

    /** @param environment for {@code CRYPTOBOT_STACK_DIR}, {@code XDG_STATE_HOME} and {@code HOME} */
    public BackgroundStack(Map<String, String> environment) {
        directory = StackDirectory.of(environment);
    }

    /** The state of a part. */
    public enum Condition {
        UP("up"),
        SILENT("does not answer"),
        GONE("has ended");

        private final String words;

        Condition(String words) {
            this.words = words;
        }

        /** {@return the state for a person} */
        public String words() {
            return words;
        }
    }

    /** A part and its state; the bot has no address. */
    public record PartStatus(
            String name, long pid, @Nullable URI address, Condition condition) {}

    /** The result of {@code down} for a part. */
    public enum Ending {
        ENDED,
        WAS_GONE,
        STILL_RUNS
    }

    /** A part that was in the stack. */
    public record EndedPart(String name, long pid, Ending ending) {}

    /** {@return where the stack is recorded, with its configuration, data and logs} */
    public Path directory() {
        return directory.path();
    }

    /** {@return the environment in which the other commands work on the stack that is recorded; empty when none is} */
    public Optional<Map<String, String>> environment() {
        return directory.load().map(state -> {
            Map<String, String> environment = new TreeMap<>(files(state).environment());
            environment.putAll(state.addresses().chain().environment());
            return environment;
        });
    }

    /** {@return each part and what it does; empty when no stack is recorded} */
    public List<PartStatus> status() throws InterruptedException {
        Optional<StackState> state = directory.load();
        List<PartStatus> all = new ArrayList<>();
        for (StackState.Part part : state.map(StackState::parts).orElse(List.of())) {
            all.add(status(state.orElseThrow(), part));
        }
        return all;
    }

    private static PartStatus status(StackState state, StackState.Part part) throws InterruptedException {
        StackAddresses addresses = state.addresses();
        Condition condition = Condition.GONE;
        if (part.isRunning()) {
            condition = addresses.isReady(part.name(), state.run()) ? Condition.UP : Condition.SILENT;
        }
        return new PartStatus(part.name(), part.pid(), addresses.of(part.name()), condition);
    }

    /**
     * Starts everything and waits until each part answers; if that fails, ends the started parts.
     *
     * @param progress gets the name of each part before its start
     * @return false if the stack was up already; it is not changed
     * @throws CommandFailure when a port is taken, a part of an earlier stack still runs, or a part does not come up
     */
    public boolean up(Programs programs, StackPorts ports, Consumer<String> progress)
            throws IOException, InterruptedException {
        try (FileLock unused = directory.lock()) {
            StackState old = directory.load().orElse(null);
            if (old != null) {
                List<String> running = old.parts().stream()
                        .filter(StackState.Part::isRunning)
                        .map(StackState.Part::toString)
                        .toList();
                if (running.size() == PARTS) {
                    return false;
                }
                if (!running.isEmpty()) {
                    throw new CommandFailure(
                            ExitCode.FAILED,
                            "only a part of the stack still runs: " + String.join(", ", running)
                                    + "; end it with: stack down");
                }
                end(old);
            }
            start(programs, ports.claim(), progress);
            return true;
        }
    }

    private void start(Programs programs, StackAddresses addresses, Consumer<String> progress)
            throws IOException, InterruptedException {
        FileTree.delete(filesDirectory());
        StackFiles files = StackFiles.in(Files.createDirectory(filesDirectory()));
        StackParts parts = new StackParts(programs, files, addresses);
        record(StackState.of(files.runDirectory(), addresses));
        try {
            processes.prepare(() -> files.configure(addresses));
            List<StackPart> needsOfTheBot = List.of(parts.receivers(), parts.exchange()); // it begins with a price
            processes.start(parts, needsOfTheBot, progress, this::record);
            processes.start(
                    parts,
                    List.of(parts.bot(RandomWalk.SYMBOL), parts.exporter(), parts.alertmanager()),
                    progress,
                    this::record);
            processes.start(parts, List.of(parts.prometheus()), progress, this::record);
            processes.release();
        } catch (IOException | InterruptedException | CommandFailure e) {
            abort();
            throw e;
        }
        synchronized (this) {
            starting = null;
        }
    }

    private void record(ManagedProcess process) throws IOException {
        record(known().with(process.name(), ProcessIdentity.of(process.pid())));
    }

    private synchronized StackState known() throws IOException {
        if (starting == null) {
            throw new IOException("the stack is being ended");
        }
        return starting;
    }

    private synchronized void record(StackState state) throws IOException {
        directory.save(state);
        starting = state;
    }

    /** Ends the parts that {@link #up} has started and stops it from starting more; does nothing after its success. */
    public void abort() throws IOException, InterruptedException {
        processes.close();
        synchronized (this) {
            StackState state = starting;
            starting = null;
            if (state != null) {
                end(state);
            }
        }
    }

    /**
     * Ends every part that still runs, and removes all files. A part that cannot be ended stays on record.
     *
     * @return the parts that were recorded; empty when no stack was
     */
    public List<EndedPart> down() throws IOException, InterruptedException {
        if (!Files.isDirectory(directory.path())) {
            return List.of();
        }
        try (FileLock unused = directory.lock()) {
            Optional<StackState> state = directory.load();
            return state.isEmpty() ? List.of() : end(state.get());
        }
    }

    private List<EndedPart> end(StackState state) throws IOException, InterruptedException {
        List<StackState.Part> running =
                state.parts().stream().filter(StackState.Part::isRunning).toList();
        running.forEach(part -> part.process().find().ifPresent(ProcessHandle::destroy));
        List<EndedPart> ended = new ArrayList<>();
        boolean allGone = true;
        for (StackState.Part part : state.parts()) {
            boolean gone = part.process().end();
            allGone &= gone;
            Ending ending = !gone ? Ending.STILL_RUNS : running.contains(part) ? Ending.ENDED : Ending.WAS_GONE;
            ended.add(new EndedPart(part.name(), part.pid(), ending));
        }
        if (allGone) {
            files(state).delete();
            directory.forget();
        }
        return ended;
    }

    private StackFiles files(StackState state) {
        return new StackFiles(filesDirectory(), state.run());
    }

    private Path filesDirectory() {
        return directory.path().resolve("files");
    }
}
