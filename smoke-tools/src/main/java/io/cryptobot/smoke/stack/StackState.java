package io.cryptobot.smoke.stack;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The record of a stack in the background, a JSON document. It is written after the start of each part, so that {@code down}
 * finds all parts even if {@code up} was killed. Immutable.
 */
record StackState(String schema, String runDirectory, StackAddresses addresses, List<Part> parts) {
    private static final String SCHEMA = "cryptobot.stack-state/v1";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** A started part. */
    record Part(String name, long pid, String started) {
        ProcessIdentity process() {
            return new ProcessIdentity(pid, started);
        }

        boolean isRunning() {
            return process().find().isPresent();
        }

        @Override
        public String toString() {
            return name + " (pid " + pid + ")";
        }
    }

    StackState {
        if (!schema.equals(SCHEMA)) {
            throw new IllegalArgumentException("not " + SCHEMA);
        }
        parts = List.copyOf(parts);
    }

    static StackState of(RunDirectory runDirectory, StackAddresses addresses) {
        return new StackState(SCHEMA, runDirectory.path().toString(), addresses, List.of());
    }

    StackState with(String name, ProcessIdentity process) {
        List<Part> more = new ArrayList<>(parts);
        more.add(new Part(name, process.pid(), process.started()));
        return new StackState(schema, runDirectory, addresses, more);
    }

    RunDirectory run() {
        return new RunDirectory(Path.of(runDirectory));
    }

    String toJson() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    }

    /** @throws IOException when the text is no such document */
    static StackState parse(String json) throws IOException {
        return JSON.readValue(json, StackState.class);
    }
}
