package io.cryptobot.exporter.security;

import java.io.IOException;
import java.nio.file.Path;

/** A web configuration, or a file that it names, cannot be used. The message is one line and quotes no secret. */
final class WebConfigException extends IOException {
    WebConfigException(Path file, String problem) {
        super(file + ": " + problem);
    }
}
