package io.cryptobot.smoke.stack;

import java.util.List;
import java.util.Map;

/**
 * One program of a local stack. Immutable.
 *
 * @param environment added to this process's own
 */
record StackPart(String name, List<String> command, Map<String, String> environment) {
    StackPart {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
