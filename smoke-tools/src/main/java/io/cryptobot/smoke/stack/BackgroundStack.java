package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.smoke.counters.BotState;
import io.cryptobot.smoke.exchange.RandomWalk;
import io.cryptobot.telemetry.counters.CountersFileException;
import io.cryptobot.telemetry.counters.CountersReader;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole chain as processes in the background, one such stack for each user: {@link #up} starts them, {@link #down} ends
 * them, in any later process and whatever has become of each. Only processes that are known by id and start time are ever
 * touched. {@code up} and {@code down} of several processes exclude each other; within one, confined to one thread, but for
 * {@link #abort}.
 */
public final class BackgroundStack {
    static final int PARTS = 6;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final StackDirectory place;
    private final Path directory;
    private @Nullable StackState starting;
    private boolean aborted;

    /** @param environment for {@code CRYPTOBOT_STACK_DIR}, {@code XDG_STATE_HOME} and {@code HOME} */
    public BackgroundStack(Map<String, String> environment) {
        place = StackDirectory.of(environment);
        directory = place.path();
    }

    /** What a part does at this moment. */
    public enum Condition {
        UP("up"),
        SILENT("does not answer"),
        GONE("has ended");

        private final String words;

        Condition(String words) {
            this.words = words;
        }

        /** {@return the condition for a person} */
        public String words() {
            return words;
        }
    }

    /** A part and what it does; the bot has no address. */
    public record PartStatus(
            String name, long pid, @Nullable URI address, Condition condition) {}

    /** What {@code down} did about a part. */
    public enum Ending {
        ENDED,
        WAS_GONE,
        STILL_RUNS
    }

    /** A part that was in the stack. */
    public record EndedPart(String name, long pid, Ending ending) {}

    /** {@return where the stack is recorded, with its configuration, data and logs} */
    public Path directory() {
        return directory;
    }

    /** {@return the environment in which the other commands work on the stack that is recorded; empty when none is} */
    public Optional<Map<String, String>> environment() {
        return StackState.load(directory).map(state -> {
            Map<String, String> environment = new TreeMap<>(files(state).environment());
            environment.putAll(state.addresses().chain().environment());
            return environment;
        });
    }

    /** {@return each part and what it does; empty when no stack is recorded} */
    public List<PartStatus> status() throws InterruptedException {
        Optional<StackState> state = StackState.load(directory);
        List<PartStatus> all = new ArrayList<>();
        for (StackState.Part part : state.map(StackState::parts).orElse(List.of())) {
            all.add(status(state.orElseThrow(), part));
        }
        return all;
    }

    private PartStatus status(StackState state, StackState.Part part) throws InterruptedException {
        boolean runs = part.process().find().isPresent();
        Condition condition = !runs ? Condition.GONE : answers(state, part) ? Condition.UP : Condition.SILENT;
        return new PartStatus(part.name(), part.process().pid(), address(state, part), condition);
    }

    private static @Nullable URI address(StackState state, StackState.Part part) {
        StackAddresses addresses = state.addresses();
        return switch (part.name()) {
            case "receivers" -> addresses.receivers();
            case "exchange" -> addresses.exchange();
            case "exporter" -> addresses.exporter();
            case "alertmanager" -> addresses.alertmanager();
            case "prometheus" -> addresses.prometheus();
            default -> null;
        };
    }

    private boolean answers(StackState state, StackState.Part part) throws InterruptedException {
        URI address = address(state, part);
        if (address != null) {
            return HttpProbe.isReady(address);
        }
        try (CountersReader reader =
                CountersReader.open(state.runDirectory().countersFile(StackFiles.BOT), StackFiles.BOT)) {
            return BotState.of(reader) == BotState.RUNNING;
        } catch (CountersFileException e) {
            return false;
        }
    }

    /**
     * Starts everything and waits until each part answers; where that fails, ends what was started.
     *
     * @param progress told the name of each part before it is started
     * @return false when the stack was up already, and stays as it is
     * @throws CommandFailure when a port is taken, a part of an earlier stack still runs, or a part does not come up
     */
    public boolean up(Programs programs, StackPorts ports, Consumer<String> progress)
            throws IOException, InterruptedException {
        try (FileLock unused = place.lock()) {
            StackState old = StackState.load(directory).orElse(null);
            if (old != null) {
                List<String> running = old.parts().stream()
                        .filter(part -> part.process().find().isPresent())
                        .map(part -> part.name() + " (pid " + part.process().pid() + ")")
                        .toList();
                if (running.size() == PARTS) {
                    return false;
                }
                if (!running.isEmpty()) {
                    throw new CommandFailure(
                            ExitCode.HOP_FAILED,
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
        record(new StackState(files.runDirectory(), addresses, List.of()));
        try {
            files.configure(addresses);
            start(List.of(parts.receivers(), parts.exchange()), files, progress); // the bot begins with a price
            start(
                    List.of(parts.bot(RandomWalk.SYMBOL), parts.exporter(), parts.alertmanager(), parts.prometheus()),
                    files,
                    progress);
        } catch (IOException | InterruptedException | CommandFailure e) {
            abort();
            throw e;
        }
        synchronized (this) {
            starting = null;
        }
    }

    private void start(List<StackPart> parts, StackFiles files, Consumer<String> progress)
            throws IOException, InterruptedException {
        List<ManagedProcess> processes = new ArrayList<>();
        for (StackPart part : parts) {
            progress.accept(part.name());
            processes.add(startPart(part, files));
        }
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        for (ManagedProcess process : processes) {
            while (!answers(process)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new CommandFailure(ExitCode.HOP_FAILED, process.diagnosis());
                }
                HttpProbe.pause();
            }
        }
    }

    private synchronized ManagedProcess startPart(StackPart part, StackFiles files) throws IOException {
        StackState state = known();
        ManagedProcess process = ManagedProcess.start(part, Lifetime.DETACHED, files.log(part.name()));
        try {
            record(state.with(new StackState.Part(part.name(), ProcessIdentity.of(process.pid()))));
        } catch (IOException e) {
            process.close();
            throw new CommandFailure(ExitCode.HOP_FAILED, process.diagnosis(), e);
        }
        return process;
    }

    private boolean answers(ManagedProcess process) throws IOException, InterruptedException {
        StackState state = known();
        for (StackState.Part part : state.parts()) {
            if (part.process().pid() == process.pid()) {
                return answers(state, part);
            }
        }
        return false;
    }

    private synchronized StackState known() throws IOException {
        StackState state = starting;
        if (state == null || aborted) {
            throw new IOException("the stack is being ended");
        }
        return state;
    }

    private synchronized void record(StackState state) throws IOException {
        state.save(directory);
        starting = state;
    }

    /** Ends what {@link #up} has started so far, and lets it start nothing more; does nothing after its success. */
    public synchronized void abort() throws IOException, InterruptedException {
        aborted = true;
        StackState state = starting;
        starting = null;
        if (state != null) {
            end(state);
        }
    }

    /**
     * Ends every part that still runs, and removes all files. Where one cannot be ended, it stays on record.
     *
     * @return the parts that were recorded; empty when no stack was
     */
    public List<EndedPart> down() throws IOException, InterruptedException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (FileLock unused = place.lock()) {
            Optional<StackState> state = StackState.load(directory);
            return state.isEmpty() ? List.of() : end(state.get());
        }
    }

    private List<EndedPart> end(StackState state) throws IOException, InterruptedException {
        List<StackState.Part> running = state.parts().stream()
                .filter(part -> part.process().find().isPresent())
                .toList();
        running.forEach(part -> part.process().find().ifPresent(ProcessHandle::destroy));
        List<EndedPart> ended = new ArrayList<>();
        boolean allGone = true;
        for (StackState.Part part : state.parts()) {
            boolean gone = part.process().end();
            allGone &= gone;
            Ending ending = !gone ? Ending.STILL_RUNS : running.contains(part) ? Ending.ENDED : Ending.WAS_GONE;
            ended.add(new EndedPart(part.name(), part.process().pid(), ending));
        }
        if (allGone) {
            files(state).delete();
            StackState.delete(directory);
        }
        return ended;
    }

    private StackFiles files(StackState state) {
        return new StackFiles(filesDirectory(), state.runDirectory());
    }

    private Path filesDirectory() {
        return directory.resolve("files");
    }
}
