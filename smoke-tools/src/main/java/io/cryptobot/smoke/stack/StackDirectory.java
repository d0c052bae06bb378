package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The directory of a user's stack, with its record and its files. Immutable. */
record StackDirectory(Path path) {
    private static final String STATE = "stack.json";

    /** {@return {@code CRYPTOBOT_STACK_DIR}, else a directory for state in the user's home} */
    static StackDirectory of(Map<String, String> environment) {
        String configured = environment.getOrDefault("CRYPTOBOT_STACK_DIR", "").strip();
        if (!configured.isEmpty()) {
            return new StackDirectory(Path.of(configured).toAbsolutePath().normalize());
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "").strip();
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", ""));
        return new StackDirectory(
                (state.isEmpty() ? Path.of(home, ".local", "state") : Path.of(state)).resolve("cryptobot-stack"));
    }

    /**
     * Creates it if needed, and takes the lock, which excludes other stack commands until it is closed.
     *
     * @throws CommandFailure when another command has the lock, or other users can write here
     */
    FileLock lock() throws IOException {
        prepare();
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new CommandFailure(
                    ExitCode.FAILED, "another stack up or stack down is under way; again when it has ended");
        }
        return lock;
    }

    /** Only for its owner: a user who can write here decides which processes {@code down} ends. */
    private void prepare() throws IOException {
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        boolean mine = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(path).getName().equals(System.getProperty("user.name"))
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                        .equals("rwx------");
        if (!mine) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    path + " must be a directory of yours with rights 700; correct the rights, or set another one with"
                            + " CRYPTOBOT_STACK_DIR");
        }
    }

    /** Records a stack atomically. */
    void save(StackState state) throws IOException {
        Path temporary = path.resolve(STATE + ".new");
        Files.writeString(temporary, state.toJson());
        Files.move(temporary, path.resolve(STATE), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * {@return the stack that is recorded; empty when none is}
     *
     * @throws CommandFailure if the record cannot be read or is damaged
     */
    Optional<StackState> load() {
        Path file = path.resolve(STATE);
        try {
            return Optional.of(StackState.parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    file + " is damaged; end the processes that have " + path
                            + " in their command lines, then remove the directory",
                    e);
        }
    }

    /** Removes the record. */
    void forget() throws IOException {
        Files.deleteIfExists(path.resolve(STATE));
    }
}
