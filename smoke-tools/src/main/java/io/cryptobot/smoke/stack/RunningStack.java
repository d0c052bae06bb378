package io.cryptobot.smoke.stack;

import io.cryptobot.smoke.chain.ChainAddresses;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.telemetry.files.RunDirectory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The stack that {@code stack up} has started for this user, for commands that look for one. Immutable.
 *
 * @param addresses where its parts answer
 * @param runDirectory where its exporter looks for bots
 * @param environment in which the other commands work on it
 */
public record RunningStack(ChainAddresses addresses, RunDirectory runDirectory, Map<String, String> environment) {
    public RunningStack {
        environment = Map.copyOf(environment);
    }

    /**
     * {@return the stack that is up: all of its processes run; whether they answer is for the caller to see}
     *
     * @param environment for {@code CRYPTOBOT_STACK_DIR}
     * @throws CommandFailure when what is recorded of it is damaged
     */
    public static Optional<RunningStack> find(Map<String, String> environment) {
        Path directory = StackDirectory.of(environment).path();
        return StackState.load(directory)
                .filter(state -> state.parts().size() == BackgroundStack.PARTS
                        && state.parts().stream()
                                .allMatch(part -> part.process().find().isPresent()))
                .map(state -> new RunningStack(
                        state.addresses().chain(),
                        state.runDirectory(),
                        new StackFiles(directory, state.runDirectory()).environment()));
    }
}
