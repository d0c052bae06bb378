package io.cryptobot.smoke.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.smoke.cli.CommandFailure;
import io.cryptobot.smoke.cli.ExitCode;
import io.cryptobot.telemetry.files.RunDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a stack in the background: written whenever a part is started, so that {@code down} finds every one of
 * them whatever became of {@code up}. Immutable.
 */
record StackState(RunDirectory runDirectory, StackAddresses addresses, List<Part> parts) {
    private static final String SCHEMA = "cryptobot.stack-state/v1";
    private static final String FILE = "stack.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A started part. */
    record Part(String name, ProcessIdentity process) {}

    StackState {
        parts = List.copyOf(parts);
    }

    StackState with(Part part) {
        List<Part> more = new ArrayList<>(parts);
        more.add(part);
        return new StackState(runDirectory, addresses, more);
    }

    /** Writes it whole or not at all. */
    void save(Path directory) throws IOException {
        ObjectNode document = JSON.createObjectNode()
                .put("schema", SCHEMA)
                .put("runDirectory", runDirectory.path().toString());
        document.putObject("addresses")
                .put("exporter", addresses.exporter().toString())
                .put("exporterAdmin", addresses.exporterAdmin().toString())
                .put("prometheus", addresses.prometheus().toString())
                .put("alertmanager", addresses.alertmanager().toString())
                .put("receivers", addresses.receivers().toString())
                .put("exchange", addresses.exchange().toString());
        ArrayNode list = document.putArray("parts");
        parts.forEach(part -> list.addObject()
                .put("name", part.name())
                .put("pid", part.process().pid())
                .put("started", part.process().started()));
        Path temporary = directory.resolve(FILE + ".new");
        Files.writeString(temporary, document.toPrettyString() + "\n");
        Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * {@return what the directory knows; empty when no stack is recorded there}
     *
     * @throws CommandFailure when the file cannot be read or was changed by something else
     */
    static Optional<StackState> load(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            JsonNode document = JSON.readTree(Files.readString(file));
            if (!document.path("schema").asText().equals(SCHEMA)) {
                throw new IllegalArgumentException("not " + SCHEMA);
            }
            JsonNode at = document.path("addresses");
            List<Part> parts = new ArrayList<>();
            for (JsonNode part : document.path("parts")) {
                parts.add(new Part(
                        part.path("name").asText(),
                        new ProcessIdentity(
                                part.path("pid").asLong(), part.path("started").asText())));
            }
            return Optional.of(new StackState(
                    new RunDirectory(Path.of(document.path("runDirectory").asText())),
                    new StackAddresses(
                            address(at, "exporter"),
                            address(at, "exporterAdmin"),
                            address(at, "prometheus"),
                            address(at, "alertmanager"),
                            address(at, "receivers"),
                            address(at, "exchange")),
                    parts));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    file + " is damaged; end the processes that have " + directory
                            + " in their command lines, then remove the directory",
                    e);
        }
    }

    /** Forgets the stack. */
    static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
    }

    private static URI address(JsonNode addresses, String name) {
        return URI.create(addresses.path(name).asText());
    }
}
