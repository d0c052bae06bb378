package io.cryptobot.smoke.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process id and its start time, because ids are reused. Immutable.
 *
 * @param pid process id
 * @param started on Linux the boot and the clock ticks since it, which no setting of the clock moves; else the time
 */
record ProcessIdentity(long pid, String started) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final long END_TIMEOUT_SECONDS = 5;
    /** The fields of /proc/PID/stat after the name: the state, and nineteen fields later the start. */
    private static final int STATE = 0;

    private static final int START = 19;

    /**
     * {@return the process that has this id now}
     *
     * @throws IOException when there is none
     */
    static ProcessIdentity of(long pid) throws IOException {
        String started = started(pid);
        if (started.isEmpty()) {
            throw new IOException("process " + pid + " has ended");
        }
        return new ProcessIdentity(pid, started);
    }

    /** {@return this process; empty if it has ended, also if its id is in use again} */
    Optional<ProcessHandle> find() {
        return started.equals(started(pid)) ? ProcessHandle.of(pid) : Optional.empty();
    }

    /**
     * Asks the process to end, by force when it has not after five seconds.
     *
     * @return whether it is gone
     */
    boolean end() throws InterruptedException {
        Optional<ProcessHandle> process = find();
        if (process.isEmpty()) {
            return true;
        }
        process.get().destroy();
        if (!awaitEnd(process.get())) {
            process.get().destroyForcibly();
            awaitEnd(process.get());
        }
        return find().isEmpty();
    }

    private boolean awaitEnd(ProcessHandle process) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_TIMEOUT_SECONDS);
        while (find().isPresent() && System.nanoTime() < deadline) {
            try {
                process.onExit().get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // poll again: onExit never completes for a process that no parent reaps, but for us it is gone
            } catch (ExecutionException e) {
                throw new IllegalStateException("waiting for a process does not fail", e);
            }
        }
        return find().isEmpty();
    }

    /** {@return when the process of this id was started; empty if there is none, or only a zombie} */
    private static String started(long pid) {
        try {
            if (Files.exists(BOOT)) {
                String stat =
                        Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                boolean isDead = fields[STATE].equals("Z") || fields[STATE].equals("X");
                return isDead ? "" : Files.readString(BOOT).strip() + "/" + fields[START];
            }
        } catch (IOException e) {
            return "";
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().startInstant())
                .map(Instant::toString)
                .orElse("");
    }
}
