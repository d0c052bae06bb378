package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The processes of one stack that this process starts. After {@link #close}, which may come from another thread, nothing is
 * written and no process starts. Thread-safe.
 */
final class StackProcesses implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final Lifetime lifetime;
    private final List<ManagedProcess> processes = new ArrayList<>();
    private boolean closed;

    StackProcesses(Lifetime lifetime) {
        this.lifetime = lifetime;
    }

    /** A step that {@link #close} waits for. */
    interface Step {
        void run() throws IOException;
    }

    /** Called with each process after its start. */
    interface Started {
        void started(ManagedProcess process) throws IOException;
    }

    /** @throws IOException when the step fails, or {@link #close} was called */
    synchronized void prepare(Step step) throws IOException {
        requireOpen();
        step.run();
    }

    /**
     * Starts parts one after another, then waits until each is ready.
     *
     * @param progress gets the name of each part before its start
     * @param started gets each process; if it fails, the process is ended
     * @throws CommandFailure when a part does not get ready, with the end of its output
     */
    void start(StackParts stack, List<StackPart> parts, Consumer<String> progress, Started started)
            throws IOException, InterruptedException {
        List<ManagedProcess> begun = new ArrayList<>();
        for (StackPart part : parts) {
            progress.accept(part.name());
            begun.add(start(part, stack.files(), started));
        }
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        for (ManagedProcess process : begun) {
            while (!stack.addresses().isReady(process.name(), stack.files().runDirectory())) {
                for (ManagedProcess each : begun) {
                    if (!each.isAlive()) {
                        throw new CommandFailure(ExitCode.FAILED, each.diagnosis());
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new CommandFailure(ExitCode.FAILED, process.diagnosis());
                }
                HttpProbe.pause();
            }
        }
    }

    private synchronized ManagedProcess start(StackPart part, StackFiles files, Started started) throws IOException {
        requireOpen();
        ManagedProcess process = ManagedProcess.start(part, lifetime, files.log(part.name()));
        processes.add(process);
        try {
            started.started(process);
        } catch (IOException e) {
            process.close();
            throw new CommandFailure(ExitCode.FAILED, process.diagnosis(), e);
        }
        return process;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the stack is being ended");
        }
    }

    /**
     * Releases the processes, which then continue after this one: {@link #close} ends none of them. Fails after {@link #close}.
     */
    synchronized void release() throws IOException {
        requireOpen();
        processes.clear();
    }

    /** {@return a process by the name of its part} */
    synchronized ManagedProcess get(String name) {
        return processes.stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no process " + name + " in " + processes));
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Ends every process that was started and not released, all at the same time. Safe to call twice. */
    @Override
    public synchronized void close() {
        closed = true;
        processes.forEach(ManagedProcess::terminate);
        processes.forEach(ManagedProcess::close);
    }
}
